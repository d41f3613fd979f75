import { afterAll, beforeAll, expect, it } from "vitest";
import { graphDirectory } from "../../../bot/cloud/directory.ts";
import type { Directory } from "../../../bot/core/cloud.ts";
import { AzureFault } from "../../../bot/core/errors.ts";
import { type Answer, anyToken, cannedServer } from "./canned.ts";

let server: Awaited<ReturnType<typeof cannedServer>>;
let directory: Directory;
beforeAll(async () => {
  server = await cannedServer();
  directory = graphDirectory({ credential: anyToken, graphUrl: server.url, scope: "graph/.default" });
});
afterAll(() => server.close());

const id = "6f1b6b1e-0000-4000-8000-000000000001";
const mia = {
  id,
  displayName: "Mia Member",
  userPrincipalName: "mia@contoso.com",
  mail: "Mia.Member@contoso.com",
  accountEnabled: true,
};
const refusal = (code: string) => ({ error: { code, message: "…" } });

it.each<[string, Answer, unknown]>([
  [
    "somebody",
    { status: 200, body: mia },
    { objectId: id, name: "Mia Member", email: mia.mail, principalName: mia.userPrincipalName },
  ],
  [
    "somebody without a mailbox",
    { status: 200, body: { ...mia, mail: null } },
    { objectId: id, name: "Mia Member", email: mia.userPrincipalName },
  ],
  ["an account that is switched off", { status: 200, body: { ...mia, accountEnabled: false } }, "disabled"],
  ["that it may not look", { status: 403, body: refusal("Authorization_RequestDenied") }, "forbidden"],
])("finds %s", async (_, answer, expected) => {
  server.answer(answer);
  expect(await directory.find("mia@contoso.com")).toEqual(expected);
  expect(server.requests.map(({ url }) => url)).toEqual([
    `${server.url}/v1.0/users/mia%40contoso.com?$select=id,displayName,userPrincipalName,mail,accountEnabled`,
  ]);
});

it.each<[string, unknown[], unknown]>([
  [
    "by a mail address of its own",
    [mia],
    { objectId: id, name: "Mia Member", email: mia.mail, principalName: mia.userPrincipalName },
  ],
  ["switched off, by mail address", [{ ...mia, accountEnabled: false }], "disabled"],
  [
    "with all others who have the mail address",
    [
      mia,
      {
        ...mia,
        id: "other",
        displayName: "Mia Other",
        userPrincipalName: "mia2@contoso.com",
        accountEnabled: false,
      },
    ],
    [
      { objectId: id, name: "Mia Member", email: mia.mail, principalName: mia.userPrincipalName },
      { objectId: "other", name: "Mia Other", email: mia.mail, principalName: "mia2@contoso.com" },
    ],
  ],
])("is found %s", async (_, value, expected) => {
  server.answer({ status: 404, body: refusal("Request_ResourceNotFound") }, { status: 200, body: { value } });
  expect(await directory.find("m.o'neil@contoso.com")).toEqual(expected);
  expect(server.requests[1]?.url).toContain(
    "/users?$filter=mail%20eq%20%27m.o%27%27neil%40contoso.com%27&$select=id,",
  );
});

it.each<[string, unknown[], unknown]>([
  [
    "by a further address",
    [mia],
    { objectId: id, name: "Mia Member", email: mia.mail, principalName: mia.userPrincipalName },
  ],
  ["not at all", [], "absent"],
])("is found %s, when no sign-in name nor mail address is like that", async (_, value, expected) => {
  const none = { status: 200, body: { value: [] } };
  server.answer({ status: 404, body: refusal("Request_ResourceNotFound") }, none, {
    status: 200,
    body: { value },
  });
  expect(await directory.find("m.o'neil@contoso.com")).toEqual(expected);
  expect(decodeURIComponent(server.requests[2]?.url ?? "")).toContain(
    "/users?$filter=proxyAddresses/any(a:a eq 'smtp:m.o''neil@contoso.com')&$select=id,",
  );
});

it("is not looked for by mail when the object id is unknown", async () => {
  server.answer({ status: 404, body: refusal("Request_ResourceNotFound") });
  expect(await directory.find(id)).toBe("absent");
  expect(server.requests).toHaveLength(1);
});

it("escapes the name of a guest", async () => {
  server.answer({ status: 404 }, { status: 200, body: { value: [] } });
  await directory.find("sam_contoso.com#EXT#@fabrikam.example/../x");
  expect(server.requests[0]?.url).toContain("/users/sam_contoso.com%23EXT%23%40fabrikam.example%2F..%2Fx?");
});

it("says that it is throttled", async () => {
  server.answer({
    status: 429,
    headers: { "retry-after": "9", "request-id": "r" },
    body: refusal("Throttled"),
  });
  const fault = await directory.find(id).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(AzureFault);
  expect(fault).toMatchObject({ status: 429, code: "Throttled", retryAfterSeconds: 9, correlation: "r" });
});

it("says that it does not understand the answer", async () => {
  server.answer({ status: 200, body: "<html>Sign in to the network</html>" });
  await expect(directory.find(id)).rejects.toMatchObject({ code: "UnexpectedAnswer" });
});
