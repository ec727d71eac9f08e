// Keys and tokens by jose: a list of tasks on stdin, a list of results on stdout.
import { readFileSync } from "node:fs";
import * as jose from "jose";

const bytes = (text) => new TextEncoder().encode(text);

const imported = (task, importPem) =>
  task.alg.startsWith("HS") ? bytes(task.key) : importPem(task.key, task.alg);

const ways = {
  async key({ alg }) {
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
    const jwk = { ...(await jose.exportJWK(publicKey)), alg, use: "sig" };
    return {
      private: await jose.exportPKCS8(privateKey),
      public: await jose.exportSPKI(publicKey),
      jwk: JSON.stringify(jwk),
    };
  },

  async sign(task) {
    const token = new jose.SignJWT(task.claims).setProtectedHeader({ ...task.header, alg: task.alg });
    const critical = (task.header.crit ?? []).map((name) => [name, true]);
    return token.sign(await imported(task, jose.importPKCS8), { crit: Object.fromEntries(critical) });
  },

  async unsigned(task) {
    return new jose.UnsecuredJWT(task.claims).encode();
  },

  // RFC 7797: the signature is over the payload as it is. This payload is base64url text itself, so the
  // token looks like any other.
  async unencoded(task) {
    const payload = jose.base64url.encode(JSON.stringify(task.claims));
    const header = { ...task.header, alg: task.alg, b64: false, crit: ["b64"] };
    const signer = new jose.FlattenedSign(bytes(payload)).setProtectedHeader(header);
    const signed = await signer.sign(await imported(task, jose.importPKCS8));
    return `${signed.protected}.${payload}.${signed.signature}`;
  },

  async verify(task) {
    const { payload } = await jose.jwtVerify(task.token, await imported(task, jose.importSPKI), {
      algorithms: [task.alg],
      audience: task.aud,
      issuer: task.iss,
      typ: "at+jwt",
      requiredClaims: ["exp", "iat", "jti"],
    });
    return payload;
  },
};

const results = [];
for (const task of JSON.parse(readFileSync(0, "utf8"))) {
  results.push(await ways[task.do](task));
}
process.stdout.write(JSON.stringify(results));
