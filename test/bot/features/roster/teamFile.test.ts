import fc from "fast-check";
import { expect, it } from "vitest";
import { readTeam } from "../../../../bot/features/roster/teamFile.ts";
import { hostile } from "../../platforms/hostile.ts";

it("takes the deploy scripts' team.json unchanged", () => {
  const text =
    '{\n  "members": [\n    { "email": "alice@contoso.com" },\n    { "email": "bob@contoso.com" }\n  ]\n}\n';
  expect(readTeam(text)).toEqual([
    { label: "Entry 1, alice@contoso.com", email: "alice@contoso.com" },
    { label: "Entry 2, bob@contoso.com", email: "bob@contoso.com" },
  ]);
  expect(readTeam(`\uFEFF${text}`)).toHaveLength(2);
});

it("takes what can be said besides", () => {
  const said = {
    email: "22222222-2222-4222-8222-222222222222",
    discord: "1100000000000000102",
    role: "admin",
    loginRole: "administrator",
    size: "Standard_B2s_v2",
  };
  const { discord: account, ...rest } = said;
  expect(readTeam(JSON.stringify({ members: [said] }))).toEqual([
    { label: `Entry 1, ${said.email}`, account, ...rest },
  ]);
});

it.each([
  ["{", "line 1, column 2 has the end where a name in straight quotation marks, or “}” is expected"],
  ["[]", "it isn't an object in curly brackets"],
  ["{}", "the list “members” is missing"],
  ['{"members":{}}', "the list “members” is missing"],
  ['{"members":[]}', "the list “members” is empty"],
  ['{"members":[{"email":"a@b.c"}],"owner":1}', "unknown field “owner”"],
  [JSON.stringify({ members: Array(201).fill({ email: "a@b.c" }) }), "more than 200 entries"],
])("%j is refused whole", (text, why) => {
  expect(() => readTeam(text)).toThrow(why);
  expect(() => readTeam(text)).toThrow("Nothing was changed.");
});

const good = "mia@contoso.com";
it.each([
  [{}, "Entry 2", "email is missing"],
  ["mia@contoso.com", "Entry 2", "it isn't an object in curly brackets"],
  [{ email: "mia" }, "Entry 2, mia", "“mia” is neither an e-mail address nor an object id"],
  [{ email: 7 }, "Entry 2", "email is missing"],
  [{ email: good, admin: true, x: 1 }, `Entry 2, ${good}`, "unknown field “admin”, “x”"],
  [{ email: good, role: "owner" }, `Entry 2, ${good}`, "role can be user or admin"],
  [{ email: good, loginRole: "root" }, `Entry 2, ${good}`, "loginRole can be user or administrator"],
  [
    { email: good, size: "large" },
    `Entry 2, ${good}`,
    "size is neither an Azure VM size, such as Standard_B2als_v2, nor “default”",
  ],
  [
    { email: good, discord: "@mia" },
    `Entry 2, ${good}`,
    "discord is not a user id: 15 to 21 digits in quotation marks",
  ],
  [
    { email: good, discord: 1234567890123456 },
    `Entry 2, ${good}`,
    "discord is not a user id: 15 to 21 digits in quotation marks",
  ],
  [
    { email: "mia", role: "x" },
    "Entry 2, mia",
    "“mia” is neither an e-mail address nor an object id; role can be user or admin",
  ],
])("%j is named, and the others stand", (entry, label, problem) => {
  const read = readTeam(JSON.stringify({ members: [{ email: "a@b.c" }, entry, { email: "d@e.f" }] }));
  expect(read).toEqual([
    { label: "Entry 1, a@b.c", email: "a@b.c" },
    { label, problem },
    { label: "Entry 3, d@e.f", email: "d@e.f" },
  ]);
});

it("looks no further at an address that is too long", () => {
  for (const email of [`${"a".repeat(250)}@contoso.com`, `a@${".".repeat(10_000)}@`]) {
    const [entry] = readTeam(JSON.stringify({ members: [{ email }] }));
    expect(entry?.problem).toBe("the e-mail address has more than 254 characters");
  }
});

/** What a directory exports of a person. */
const exported = (i: number) => ({
  "@odata.type": "#microsoft.graph.user",
  mail: `person.${i}@contoso.com`,
  ...Object.fromEntries(
    Array.from({ length: 60 }, (_, field) => [
      `extension_1111222233334444_attribute${field}`,
      "x".repeat(500),
    ]),
  ),
});

it("says of a person as a directory exports them what is missing, and names three fields", () => {
  const [first] = readTeam(JSON.stringify({ members: [exported(1)] }));
  expect(first?.problem).toMatch(
    /^email is missing; unknown field “@odata\.type”, “mail”, “extension_.*…” and 59 more$/,
  );
});

it("says of a directory's whole export what it needs", () => {
  const whole = { "@odata.context": "https://graph.microsoft.com", value: [exported(1)], ...exported(2) };
  expect(() => readTeam(JSON.stringify(whole))).toThrow("the list “members” is missing; unknown field");
});

it("gives a reason of at most 200 characters in one line, whatever is in the file", () => {
  const strange = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("email", "role", "size", "discord", "loginRole")),
    fc.oneof(hostile, fc.integer(), fc.constant(null)),
    { maxKeys: 60 },
  );
  fc.assert(
    fc.property(fc.array(strange, { minLength: 1, maxLength: 3 }), (members) => {
      for (const { label, problem = "none" } of readTeam(JSON.stringify({ members }))) {
        expect(problem.length).toBeGreaterThan(0);
        expect(problem.length).toBeLessThanOrEqual(200);
        expect(label.length).toBeLessThanOrEqual(100);
        expect(problem + label).not.toMatch(/[\n\p{Cc}]/u);
      }
    }),
  );
});
