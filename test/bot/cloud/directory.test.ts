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
  [
    "somebody whose name is long and has lines",
    { status: 200, body: { ...mia, displayName: `Mia\n${"x".repeat(250)}`, mail: null } },
    { objectId: id, name: `Mia ${"x".repeat(75)}…`, email: mia.userPrincipalName },
  ],
  ["an account that is switched off", { status: 200, body: { ...mia, accountEnabled: false } }, "disabled"],
  ["that it may not look", { status: 403, body: refusal("Authorization_RequestDenied") }, "forbidden"],
])("finds %s", async (_, answer, expected) => {
  server.answerBy((url) => (url.includes("$filter") ? { status: 200, body: { value: [] } } : answer));
  expect(await directory.find("mia@contoso.com")).toEqual(expected);
  expect(server.requests[0]?.url).toBe(
    `${server.url}/v1.0/users/mia%40contoso.com?$select=id,displayName,userPrincipalName,mail,accountEnabled`,
  );
});

const other = { ...mia, id: "other", displayName: "Mia Other", userPrincipalName: "mia2@contoso.com" };
const found = { objectId: id, name: "Mia Member", email: mia.mail, principalName: mia.userPrincipalName };
const foundOther = { ...found, objectId: "other", name: "Mia Other", principalName: "mia2@contoso.com" };
interface Known {
  readonly byName?: unknown;
  readonly byMail?: readonly unknown[];
  readonly byFurther?: readonly unknown[];
}
it.each<[string, Known, unknown]>([
  ["by a mail address of its own", { byMail: [mia] }, found],
  ["by a further address", { byFurther: [mia] }, found],
  ["once, by whatever it is known", { byName: mia, byMail: [mia], byFurther: [mia] }, found],
  ["switched off, by mail address", { byMail: [{ ...mia, accountEnabled: false }] }, "disabled"],
  [
    "with all others who have the mail address",
    { byMail: [mia, { ...other, accountEnabled: false }] },
    [found, foundOther],
  ],
  [
    "with somebody else whose mail address its sign-in name is",
    { byName: mia, byMail: [other] },
    [found, foundOther],
  ],
  [
    "with somebody else who has its sign-in name besides",
    { byName: mia, byFurther: [other] },
    [found, foundOther],
  ],
  [
    "with somebody else who has its mail address besides",
    { byMail: [mia], byFurther: [mia, other] },
    [found, foundOther],
  ],
  ["not at all", {}, "absent"],
])("is found %s", async (_, { byName, byMail = [], byFurther = [] }, expected) => {
  const filters = [
    ["$filter=mail eq 'm.o''neil@contoso.com'&$select=id,", byMail],
    ["$filter=proxyAddresses/any(a:a eq 'smtp:m.o''neil@contoso.com')&$select=id,", byFurther],
  ] as const;
  server.answerBy((url) => {
    const asked = decodeURIComponent(url);
    if (asked.includes("/users/m.o'neil@contoso.com?$select=id,"))
      return byName
        ? { status: 200, body: byName }
        : { status: 404, body: refusal("Request_ResourceNotFound") };
    const value = filters.find(([filter]) => asked.includes(`/users?${filter}`))?.[1];
    return value && { status: 200, body: { value } };
  });
  expect(await directory.find("m.o'neil@contoso.com")).toEqual(expected);
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
