import * as z from "zod";
import { jsonFault } from "../../commands/json.ts";
import { nothingChanged } from "../../core/errors.ts";
import { emailPattern, mailAddress, noAddress, objectIdPattern } from "../../core/mailAddress.ts";
import { loginRoles, roles } from "../../core/member.ts";
import { asTyped, quoted } from "../../core/quoted.ts";
import { brief, mostReason } from "../../core/text.ts";
import { linkedPlatform, mostEntries, type TeamEntry, usualSize } from "./team.ts";

const noUserId = `${linkedPlatform} is not a user id: 15 to 21 digits in quotation marks`;

/** An entry: `email`, as in the deploy scripts' team.json, and optional fields. */
const entry = z.strictObject({
  email: z
    .string("email is missing")
    .overwrite(mailAddress)
    .max(254, { error: "the e-mail address has more than 254 characters", abort: true })
    .refine((text) => emailPattern.test(text) || objectIdPattern.test(text), {
      error: ({ input }) => noAddress(String(input)),
    }),
  [linkedPlatform]: z
    .string(noUserId)
    .regex(/^\d{15,21}$/, noUserId)
    .optional(),
  role: z.enum(roles, `role can be ${roles.join(" or ")}`).optional(),
  loginRole: z.enum(loginRoles, `loginRole can be ${loginRoles.join(" or ")}`).optional(),
  size: z
    .string("size isn't text")
    .refine(
      (size) => size === usualSize || /^Standard_[A-Za-z0-9_]{1,60}$/.test(size),
      `size is neither an Azure VM size, such as Standard_B2als_v2, nor “${usualSize}”`,
    )
    .optional(),
});

const team = z.strictObject({
  members: z
    .array(z.unknown(), "the list “members” is missing")
    .min(1, "the list “members” is empty")
    .max(mostEntries, `“members” has more than ${mostEntries} entries: split the file`),
});

/**
 * Reads a team file, `{"members":[{"email":…}]}`. Refuses a file that isn't one. An entry that can't be used says what is wrong
 * with it, and the others are kept.
 * @throws Refusal
 */
export function readTeam(source: string): readonly TeamEntry[] {
  const { data, error } = team.safeParse(parsed(unwrapped(source)));
  if (error)
    throw nothingChanged(
      `I can't use the team file: ${sentence(error)}. It should look like {"members":[{"email":"mia@contoso.com"}]}.`,
    );
  return data.members.map((given, index) => {
    const read = entry.safeParse(given);
    const email = z.object({ email: z.string().overwrite(mailAddress) }).safeParse(given).data?.email;
    const label = !email ? `Entry ${index + 1}` : `Entry ${index + 1}, ${asTyped(email, 80)}`;
    if (!read.success) return { label, problem: sentence(read.error) };
    const { [linkedPlatform]: account, ...rest } = read.data;
    return { label, account, ...rest };
  });
}

/** Removes the mark that an editor puts before a text and the code fence that people put around it in chat. */
const unwrapped = (source: string): string =>
  source.replace(/^\uFEFF/, "").replace(/^\s*```(?:json)?\s([\s\S]*?)```\s*$/, "$1");

function parsed(text: string): unknown {
  const fault = jsonFault(text);
  if (!fault) return JSON.parse(text);
  const { line, column, expected, found } = fault;
  throw nothingChanged(
    `That isn't JSON: line ${line}, column ${column} has ${found} where ${expected} is expected.`,
  );
}

/** What is wrong, in one line: first what is missing or invalid, then the unknown fields. */
const sentence = ({ issues }: z.ZodError): string => {
  const [unknown, others] = [issues.filter(isUnknown), issues.filter((issue) => !isUnknown(issue))];
  const said = others.map(({ path, message }) =>
    path.length === 0 ? "it isn't an object in curly brackets" : message,
  );
  return brief([...said, ...unknown.map(({ keys }) => fields(keys))].join("; "), mostReason);
};

const isUnknown = (issue: z.core.$ZodIssue): issue is z.core.$ZodIssueUnrecognizedKeys =>
  issue.code === "unrecognized_keys";

/** Names only three: a directory's export has dozens of fields for each person. */
function fields(keys: readonly string[]): string {
  const named = keys.slice(0, 3).map((key) => quoted(key, 30));
  const more = keys.length - named.length;
  return `unknown field ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
