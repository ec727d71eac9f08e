// A certified OpenID provider, in memory, with its pages for development. A script on them plays the
// user. Prints its port. The argument is the redirect URI of its client.
import { createServer } from "node:http";
import { errors, Provider } from "oidc-provider";

const [redirectUri] = process.argv.slice(1);

// Logs in and consents, or cancels.
const user = `<script>
  const login = document.querySelector("[name=login]");
  if (login?.value === "cancel") {
    location = document.querySelector(".login-help a").href;
  } else {
    if (login) {
      login.value ||= "ada";
      document.querySelector("[name=password]").value = "any";
    }
    document.forms[0].submit();
  }
</script>`;

const resources = {
  "https://api.example.com": { scope: "kb:read", accessTokenFormat: "jwt", accessTokenTTL: 300 },
  "https://opaque.example.com": { scope: "kb:read", accessTokenFormat: "opaque", accessTokenTTL: 300 },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: "shop",
        client_secret: "the secret & its friends",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [redirectUri],
        scope: "openid email offline_access",
      },
      {
        client_id: "kiosk",
        client_secret: "another secret",
        grant_types: ["authorization_code"],
        redirect_uris: [redirectUri],
      },
    ],
    scopes: ["openid", "offline_access", "admin"],
    claims: { email: ["email", "email_verified"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@acme.test`, email_verified: true }),
    }),
    features: {
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "https://api.example.com",
        useGrantedResource: () => true,
        getResourceServerInfo: (_, name) => {
          if (!(name in resources)) throw new errors.InvalidTarget();
          return resources[name];
        },
      },
    },
  });
  provider.use(async (context, next) => {
    await next();
    if (typeof context.body === "string" && context.path.startsWith("/interaction/")) {
      context.body = context.body.replace(/@import [^;]*;/, "").replace("</body>", `${user}</body>`);
    }
  });
  server.on("request", provider.callback());
  console.log(port);
});
