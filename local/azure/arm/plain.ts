import { guidOf, type World } from "../world.ts";
import { asWritten, type Kind } from "./kind.ts";

/** What the provider adds to a resource, by its name. */
type Added = (name: string, world: World) => Readonly<Record<string, unknown>>;

const nothing: Added = () => ({});

/** Types that are stored as they are written and do nothing: what surrounds the bot and no simulated VM has to do with. */
const types: Readonly<Record<string, Added>> = {
  "Microsoft.Storage/storageAccounts": (name) => ({
    primaryEndpoints: Object.fromEntries(
      ["blob", "queue", "table"].map((service) => [service, `https://${name}.${service}.core.windows.net/`]),
    ),
  }),
  "Microsoft.Storage/storageAccounts/blobServices": nothing,
  "Microsoft.Storage/storageAccounts/blobServices/containers": nothing,
  "Microsoft.OperationalInsights/workspaces": nothing,
  "Microsoft.Insights/components": (name) => ({
    ConnectionString: `InstrumentationKey=${guidOf(`insights/${name}`)}`,
  }),
  "Microsoft.Insights/actionGroups": nothing,
  "Microsoft.Insights/scheduledQueryRules": nothing,
  "Microsoft.Web/serverfarms": nothing,
  "Microsoft.Web/sites": (name) => ({ defaultHostName: `${name}.azurewebsites.net` }),
  "Microsoft.Web/sites/config": nothing,
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": nothing,
  "Microsoft.BotService/botServices": nothing,
  "Microsoft.BotService/botServices/channels": nothing,
};

export const plainKinds: readonly Kind[] = Object.entries(types).map(([type, added]) => ({
  type,
  seconds: { create: 0, update: 0, remove: 0 },
  // Settings are a bare map of names and values, and a site tells of its state otherwise.
  stateless: /\/(config|sites)$/.test(type),
  prepare(write) {
    const resource = asWritten(write);
    resource.properties = { ...resource.properties, ...added(resource.name, write.world) };
    return resource;
  },
}));
