// An issuer that publishes its keys and rotates them. Prints its port.
import { createServer } from "node:http";
import * as jose from "jose";

const algorithms = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];
let generation = 0;
let fetches = 0;
let pairs = [];

async function pair(alg) {
  const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
  const kid = `${alg}-${generation}`;
  return { alg, kid, privateKey, jwk: { ...(await jose.exportJWK(publicKey)), alg, kid, use: "sig" } };
}

async function rotate() {
  generation += 1;
  pairs = await Promise.all(algorithms.map(pair));
}

// Returns what published sets contain besides: keys for encryption, keys of unknown types, and by
// mistake a secret.
async function others() {
  const { publicKey } = await jose.generateKeyPair("RSA-OAEP-256", { extractable: true });
  return [
    { ...(await jose.exportJWK(publicKey)), kid: "enc", use: "enc", alg: "RSA-OAEP-256" },
    { kty: "oct", kid: "secret", alg: "HS256", k: jose.base64url.encode("0123456789abcdef0123456789abcdef") },
    { kty: "LATTICE", kid: "later", alg: "ML-1" },
  ];
}

async function token({ alg, claims }) {
  const { kid, privateKey } = pairs.find((known) => known.alg === alg);
  const header = { alg, kid, typ: "at+jwt" };
  return new jose.SignJWT(claims).setProtectedHeader(header).sign(privateKey);
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || "null");
}

const routes = {
  "GET /jwks.json": async () => {
    fetches += 1;
    return { keys: [...(await others()), ...pairs.map(({ jwk }) => jwk)] };
  },
  "GET /fetches": async () => fetches,
  "POST /token": async (request) => token(await body(request)),
  "POST /rotate": rotate,
};

await rotate();
const server = createServer(async (request, response) => {
  const answer = (await routes[`${request.method} ${request.url}`](request)) ?? null;
  response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
