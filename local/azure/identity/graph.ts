import { Hono } from "hono";
import type { Person, ServicePrincipal } from "../state.ts";
import { guidOf, newGuid, same, strike, type World } from "../world.ts";

const defaults = [
  "businessPhones",
  "displayName",
  "givenName",
  "id",
  "jobTitle",
  "mail",
  "mobilePhone",
  "officeLocation",
  "preferredLanguage",
  "surname",
  "userPrincipalName",
];

const error = (code: string, message: string) => ({
  error: {
    code,
    message,
    innerError: { date: "2026-01-01T00:00:00", "request-id": "00000000-0000-0000-0000-000000000000" },
  },
});

const missing = (id: string) =>
  error(
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

/** Microsoft Graph as a service principal, with the one application role that matters here (Microsoft Learn, 2026). */
const graphApp = "00000003-0000-0000-c000-000000000000";
const graphItself = {
  id: guidOf("Microsoft Graph"),
  appId: graphApp,
  displayName: "Microsoft Graph",
  appRoles: [{ id: "df021288-bdef-4463-88db-98f22de89214", value: "User.Read.All" }],
};

/** The root of the tenant's SharePoint ("Get a site resource", Microsoft Graph REST API v1.0, 2026). */
const rootSite = {
  id: `contoso.sharepoint.com,${guidOf("SharePoint")},${guidOf("root site")}`,
  webUrl: "https://contoso.sharepoint.com",
  displayName: "Contoso",
  root: {},
  siteCollection: { hostname: "contoso.sharepoint.com" },
};

/** The parts of Microsoft Graph for looking people up. Answers only contain what `$select` names. */
export function graph(world: World): Hono {
  const app = new Hono();
  app.use("/v1.0/*", async (c, next) => {
    if (strike(world, "graph"))
      return c.json(
        error("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        403,
      );
    await next();
    return undefined;
  });
  users(app, world);
  servicePrincipals(app, world);
  app.get("/v1.0/sites/root", (c) =>
    c.json({
      "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#sites/$entity",
      ...picked(rootSite, c.req.query("$select")?.split(",") ?? Object.keys(rootSite)),
    }),
  );
  app.all("/v1.0/*", (c) =>
    c.json(
      error(
        "BadRequest",
        "This simulator knows users, the root site, directoryObjects/getByIds and servicePrincipals' application roles only.",
      ),
      400,
    ),
  );
  return app;
}

function users(app: Hono, world: World): void {
  const people = () => world.state.people;
  app.get("/v1.0/users", (c) => {
    const hits = hitsOf(c.req.query("$filter") ?? "");
    return c.json({
      "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
      value: people()
        .filter(hits)
        .map((person) => selected(person, c.req.query("$select"))),
    });
  });
  app.get("/v1.0/users/:id", (c) => {
    const id = c.req.param("id");
    const person = people().find(
      (candidate) => same(candidate.id, id) || same(candidate.userPrincipalName, id),
    );
    if (!person) return c.json(missing(id), 404);
    return c.json({
      "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
      ...selected(person, c.req.query("$select")),
    });
  });
  app.post("/v1.0/directoryObjects/getByIds", async (c) => {
    const { ids = [] } = (await c.req.json()) as { ids?: string[] };
    const value = ids.flatMap((id): object[] => {
      const person = people().find((candidate) => same(candidate.id, id));
      if (person) return [{ "@odata.type": "#microsoft.graph.user", ...selected(person, undefined) }];
      const service = world.state.principals[id.toLowerCase()];
      return service ? [{ "@odata.type": "#microsoft.graph.servicePrincipal", ...profileOf(service) }] : [];
    });
    return c.json({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryObjects", value });
  });
}

/** The people that a `$filter` matches, for the few forms used here. */
function hitsOf(filter: string): (person: Person) => boolean {
  const wanted = [...filter.matchAll(/(?<!:\s*)\b(\w+) eq '((?:[^']|'')*)'/g)].map(
    ([, key = "", value = ""]) => [key, value.replaceAll("''", "'")],
  );
  const starts = [...filter.matchAll(/startsWith\((\w+),\s*'([^']*)'\)/gi)].map(
    ([, key = "", value = ""]) => [key, value],
  );
  const lists = [...filter.matchAll(/(\w+)\/any\((\w+):\s*\2 eq '((?:[^']|'')*)'\)/g)].map(
    ([, key = "", , value = ""]) => [key, value.replaceAll("''", "'")],
  );
  return (person) => {
    const all = everything(person);
    const text = (key = "") => String(all[key] ?? "").toLowerCase();
    const texts = (key = "") => [all[key] ?? []].flat().map((one) => String(one).toLowerCase());
    const hits = [
      ...wanted.map(([key, value = ""]) => text(key) === value.toLowerCase()),
      ...starts.map(([key, value = ""]) => text(key).startsWith(value.toLowerCase())),
      ...lists.map(([key, value = ""]) => texts(key).includes(value.toLowerCase())),
    ];
    return hits.length === 0 || (/ or /i.test(filter) ? hits.some(Boolean) : hits.every(Boolean));
  };
}

function servicePrincipals(app: Hono, world: World): void {
  const principalOf = (id: string) => world.state.principals[id.toLowerCase()];
  app.get(`/v1.0/:itself{servicePrincipals\\(appId='${graphApp}'\\)}`, (c) =>
    c.json(read(graphItself, c.req.query("$select"))),
  );
  app.get("/v1.0/servicePrincipals/:id", (c) => {
    const id = c.req.param("id");
    const service = principalOf(id);
    return service ? c.json(read(profileOf(service), c.req.query("$select"))) : c.json(missing(id), 404);
  });
  app.get("/v1.0/servicePrincipals/:id/appRoleAssignments", (c) => {
    const id = c.req.param("id");
    if (!principalOf(id)) return c.json(missing(id), 404);
    return c.json({ value: (world.state.appRoles ?? []).filter((given) => given.principalId === id) });
  });
  app.post("/v1.0/servicePrincipals/:id/appRoleAssignments", async (c) => {
    const id = c.req.param("id");
    if (!principalOf(id)) return c.json(missing(id), 404);
    const { resourceId, appRoleId } = (await c.req.json()) as { resourceId: string; appRoleId: string };
    const given = { id: newGuid(world), principalId: id, resourceId, appRoleId };
    world.state.appRoles = [...(world.state.appRoles ?? []), given];
    return c.json(given, 201);
  });
}

const profileOf = ({ id, appId, displayName }: ServicePrincipal) => ({
  ...{ id, appId, displayName },
  servicePrincipalNames: [appId],
});

/** The answer to a read of one service principal. */
const read = (profile: Readonly<Record<string, unknown>>, select: string | undefined) => ({
  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals/$entity",
  ...picked(profile, select?.split(",") ?? Object.keys(profile)),
});

function everything(person: Person): Record<string, unknown> {
  const [givenName, surname] = person.displayName.split(" ");
  const mail = person.mail ?? person.userPrincipalName;
  const proxyAddresses = [`SMTP:${mail}`, ...(person.aliases ?? []).map((alias) => `smtp:${alias}`)];
  return { ...person, givenName, surname, mail, proxyAddresses, businessPhones: [] };
}

const selected = (person: Person, select: string | undefined) =>
  picked(everything(person), select?.split(",") ?? defaults);

const picked = (all: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name.trim(), all[name.trim()] ?? null]));
