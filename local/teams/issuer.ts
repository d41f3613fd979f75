import { createHmac, createPublicKey, type JsonWebKey } from "node:crypto";
import { Hono } from "hono";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";

/** Ways to forge a token for the bot. */
export const forgeries = [
  "no token",
  "not a token",
  "wrong audience",
  "wrong issuer",
  "wrong serviceUrl",
  "wrong endorsement",
  "unknown key",
  "expired",
  "alg none",
  "HS256 with the public key",
] as const;
export type Forgery = (typeof forgeries)[number];

export interface Issuer {
  /** The `iss` of its tokens. */
  readonly name: string;
  readonly appId: string;
  /** Private JWKs; see `State.keys`. */
  readonly keys: { readonly teams: JWK; readonly other: JWK };
  /** By the clock that the token is checked with. */
  now(): Date;
}

/** A new signing key, as a private JWK. */
export async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "RS256", use: "sig" };
}

/** The bearer token that Teams calls the bot with, valid for an hour; undefined: none is sent. */
export async function tokenFor(
  issuer: Issuer,
  serviceUrl: string | undefined,
  forgery?: Forgery,
): Promise<string | undefined> {
  if (forgery === "no token") return undefined;
  if (forgery === "not a token") return "not-a-token";
  const now = Math.floor(issuer.now().getTime() / 1000);
  const claims = {
    serviceurl: forgery === "wrong serviceUrl" ? "https://example.com/teams/" : serviceUrl,
    nbf: now - 60,
    // Verifiers tolerate clocks that differ by five minutes.
    exp: now + (forgery === "expired" ? -301 : 3600),
    iss: forgery === "wrong issuer" ? "https://example.com" : issuer.name,
    aud: forgery === "wrong audience" ? "00000000-0000-4000-8000-000000000000" : issuer.appId,
  };
  const kid = String(issuer.keys.teams.kid);
  if (forgery === "alg none") return `${part({ alg: "none", typ: "JWT", kid })}.${part(claims)}.`;
  if (forgery === "HS256 with the public key") {
    const signed = `${part({ alg: "HS256", typ: "JWT", kid })}.${part(claims)}`;
    const key = createPublicKey({ key: issuer.keys.teams as JsonWebKey, format: "jwk" });
    const secret = key.export({ type: "pkcs1", format: "pem" });
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  }
  const key =
    forgery === "unknown key"
      ? await newKey()
      : forgery === "wrong endorsement"
        ? issuer.keys.other
        : issuer.keys.teams;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(key.kid), x5t: String(key.kid) })
    .sign((await importJWK(key, "RS256")) as CryptoKey);
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The OpenID metadata and keys, like https://login.botframework.com/v1/.well-known/openidconfiguration. */
export function openIdRoutes(issuer: Issuer, url: () => string): Hono {
  const published = ({ kty, n, e, kid, use }: JWK, endorsement: string) => ({
    kty,
    use,
    kid,
    x5t: kid,
    n,
    e,
    endorsements: [endorsement],
  });
  return new Hono()
    .get("/openidconfiguration", (c) =>
      c.json({
        issuer: issuer.name,
        authorization_endpoint: "https://invalid.botframework.com",
        jwks_uri: `${url()}/v1/.well-known/keys`,
        id_token_signing_alg_values_supported: ["RS256"],
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
      }),
    )
    .get("/keys", (c) =>
      c.json({ keys: [published(issuer.keys.teams, "msteams"), published(issuer.keys.other, "webchat")] }),
    );
}
