import { accountFacts, memberMeant, mustBeFit, whom } from "../../commands/whom.ts";
import { command, say } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { holds } from "../../core/people.ts";
import { change } from "./entry.ts";

export const rosterLink = command({
  name: "roster link",
  about: "Tie a further account to a member",
  audience: "admin",
  options: {
    person: { ...whom.person, about: "The account, here in chat", required: true },
    entra: { ...whom.entra, about: "The member's Entra e-mail or object id", required: true },
  },
  async run(call, bot) {
    const { person, entra } = call.options;
    mustBeFit(person);
    const { member, instance } = await memberMeant({ entra, person: undefined }, bot);
    const { name, objectId } = member.value;
    if (person.objectId && person.objectId.toLowerCase() !== objectId)
      throw nothingChanged(`${person.name} is somebody else in Entra than ${name}.`);
    if (holds(member.value, person))
      return say({
        title: `${person.name} is linked to ${name} already. Nothing was changed.`,
        tone: "info",
      });
    const asked = { cause: call.id, by: call.account };
    const changed = await change(member, instance, { account: person }, asked, bot);
    return {
      reply: {
        card: { title: `${person.name} is ${name} now.`, tone: "good", facts: accountFacts(changed.member) },
      },
      write: changed.write,
    };
  },
});
