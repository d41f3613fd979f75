import {
  calculateJwkThumbprint,
  compactVerify,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from "jose";
import { operator } from "../access/authorize.ts";
import { AzureError, refuse } from "../errors.ts";
import type { Body, State } from "../state.ts";
import { same } from "../world.ts";

/** Tokens are valid for a day of real time, like those of managed identities. */
export const lifetimeSeconds = 86_400;

/** A new signing key, as a private JWK. */
export async function newKey(): Promise<Body> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "RS256", use: "sig" };
}

/** Its public part. */
export function publicKey(key: Body): Body {
  const { kty, n, e, kid, alg, use } = key;
  return { kty, n, e, kid, alg, use };
}

/** Signs a token for a principal in the directory. `realNow`: the reader's clock, in seconds. */
export async function tokenFor(
  state: State,
  principal: string,
  audience: string,
  realNow: number,
  url: string,
): Promise<string> {
  const person = state.people.find(({ id }) => same(id, principal));
  const service = state.principals[principal.toLowerCase()];
  const claims = person
    ? {
        upn: person.userPrincipalName,
        unique_name: person.userPrincipalName,
        name: person.displayName,
        idtyp: "user",
      }
    : { appid: service?.appId, idtyp: "app" };
  return new SignJWT({ ...claims, oid: principal, tid: state.tenant, ver: "1.0" })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(state.key["kid"]) })
    .setIssuer(`${url}/${state.tenant}/`)
    .setSubject(principal)
    .setAudience(audience)
    .setIssuedAt(realNow)
    .setNotBefore(realNow - 300)
    .setExpirationTime(realNow + lifetimeSeconds)
    .sign((await importJWK(state.key as JWK, "RS256")) as CryptoKey);
}

export const audiences = {
  arm: ["https://management.azure.com", "https://management.core.windows.net"],
  graph: ["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"],
  vault: ["https://vault.azure.net"],
};

/**
 * The caller, from the request's bearer token. A token signed elsewhere stands for the local operator: the simulator
 * listens on loopback only, and a tool may bring its own sign-in. Expiry isn't checked, because the simulator's clock may run far ahead of
 * the clock that a client renews its tokens by. @throws AzureError 401.
 */
export async function principalOf(
  state: State,
  authorization: string | undefined,
  accepted: readonly string[],
  url: string,
): Promise<string> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined)
    throw unauthenticated(
      url,
      state,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
    );
  try {
    decodeJwt(token);
  } catch {
    throw unauthenticated(url, state, "InvalidAuthenticationToken", "The access token is invalid.");
  }
  const key = (await importJWK(publicKey(state.key) as JWK, "RS256")) as CryptoKey;
  const verified = await compactVerify(token, key).catch(() => undefined);
  if (verified === undefined) return operator;
  const claims = decodeJwt(token);
  const plain = (audience: string) => audience.replace(/\/+$/, "").toLowerCase();
  const given = [claims.aud ?? []].flat().map(plain);
  // A client that derives the audience from the endpoint requests the simulator's own address.
  const fine = given.some((audience) => accepted.includes(audience) || audience === plain(url));
  if (!fine)
    throw unauthenticated(
      url,
      state,
      "InvalidAuthenticationTokenAudience",
      `The access token has been obtained for wrong audience or resource '${given.join()}'. It should exactly match with one of the allowed audiences '${accepted.join("','")}'.`,
    );
  const oid = String(claims["oid"]);
  const known =
    state.people.some(({ id }) => same(id, oid)) || state.principals[oid.toLowerCase()] !== undefined;
  if (!known)
    throw refuse(401, "InvalidAuthenticationToken", "The principal of the access token does not exist.");
  return oid;
}

const unauthenticated = (url: string, state: State, code: string, message: string) =>
  new AzureError(
    401,
    { code, message },
    {
      "www-authenticate": `Bearer authorization_uri="${url}/${state.tenant}", error="invalid_token", error_description="${code}"`,
    },
  );
