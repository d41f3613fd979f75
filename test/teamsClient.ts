import type { How, Outcome, Place, Press } from "../local/teams/act.ts";
import type { SeenMessage } from "../local/teams/messages.ts";
import type { Person } from "../local/teams/people.ts";
import type { TeamsSimulator } from "../local/teams/start.ts";
import type { Seen } from "./client.ts";

/** A person in front of Teams: types, clicks, reads. */
export function teamsClient(teams: TeamsSimulator) {
  const byBot = (person: Person, place?: string) =>
    teams.messagesFor(person.id, place).filter(({ from }) => from.id === `28:${teams.appId}`);
  /** What changed on the screen. @throws what the client says went wrong */
  const after = async (person: Person, act: () => Promise<Outcome>): Promise<Seen> => {
    const before = byBot(person).map((message) => JSON.stringify(message));
    const outcome = await act();
    if (outcome.kind === "refused" || outcome.kind === "failed") throw new Error(outcome.reason);
    const changed = byBot(person).findLast((message) => !before.includes(JSON.stringify(message)));
    if (changed) return readable(changed);
    const text = outcome.kind === "notice" ? outcome.text : "";
    return { id: "", text, code: [], buttons: [], fields: [], private: true };
  };
  return {
    types: (person: Person, text: string, place?: Place, how?: How) =>
      after(person, () => teams.send(person, text, place, how)),
    clicks: (person: Person, message: Pick<Seen, "id">, label: string, how?: Press) =>
      after(person, () => teams.press(person, message.id, label, how)),
    fills: (person: Person, form: Seen, inputs: Readonly<Record<string, string>>) =>
      after(person, () => teams.press(person, form.id, "Send", { inputs })),
    /** All that they see of the bot, wherever it stands. */
    sees: (person: Person): Seen[] => byBot(person).map(readable),
    /** What stands in the 1:1 chat with the bot. */
    dms: (person: Person): Seen[] => byBot(person, teams.places.personal(person)).map(readable),
    adminChannel: (person: Person): Seen[] => byBot(person, teams.places.admins).map(readable),
  };
}

type Node = Readonly<Record<string, unknown>>;

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (typeof value !== "object" || value === null) return [];
  const { body, items, actions, facts } = value as Node;
  return [value as Node, ...[body, items, facts, actions].flatMap(nodesIn)];
}

/** A card without the marks that keep its text from being Markdown. */
function readable({ id, attachments, targeted, conversationId }: SeenMessage): Seen {
  const nodes = attachments.flatMap(({ content }) => nodesIn(content));
  const said = ({ text, title, value, type }: Node): string =>
    (type === "TextBlock" ? `${text}` : `${title}\n${value}`).replaceAll(/\\([^\p{L}\p{N}\s])/gu, "$1");
  const blocks = nodes.filter(({ type }) => type === "TextBlock" || type === undefined);
  return {
    id,
    text: blocks.map(said).join("\n"),
    code: blocks.filter(({ fontType }) => fontType === "Monospace").map(said),
    buttons: nodes.flatMap(({ type, title }) => (String(type).startsWith("Action.") ? [String(title)] : [])),
    link: nodes.find(({ type }) => type === "Action.OpenUrl")?.["url"] as string | undefined,
    fields: nodes.flatMap(({ type, id: name }) => (String(type).startsWith("Input.") ? [String(name)] : [])),
    private: targeted || conversationId.startsWith("a:"),
  };
}
