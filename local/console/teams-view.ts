import type { Conversation } from "../teams/conversation.ts";
import type { SeenMessage } from "../teams/messages.ts";
import { findPerson, type Person, team } from "../teams/people.ts";
import type { TeamsSimulator } from "../teams/start.ts";
import type { Faults } from "../teams/store.ts";

/** Teams as one person sees it. */
export interface TeamsView {
  me: { id: string; name: string };
  team: string;
  conversations: TeamsConversation[];
  messages: SeenMessage[];
  faults: Faults;
}

export interface TeamsConversation {
  id: string;
  kind: Conversation["type"];
  name: string;
  /** Who can be mentioned there. */
  names: string[];
}

/** What the page shows of Teams to this person. */
export function teamsView(teams: TeamsSimulator, me: Person): TeamsView {
  return {
    me: { id: me.id, name: me.name },
    team: team.name,
    conversations: teams.conversationsFor(me.id).map(({ id, type, name, members }) => ({
      id,
      kind: type,
      name,
      names: [teams.botName, ...members.flatMap((member) => findPerson(member)?.name ?? [])],
    })),
    messages: teams.messagesFor(me.id),
    faults: teams.faults,
  };
}
