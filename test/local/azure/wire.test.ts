import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseBody } from "../../../local/azure/arm/body.ts";
import { unrecordedTest } from "../../recording.ts";
import { group, location, startWorld, vm, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.instance();
});
afterAll(() => world.close());

const machine = () => world.id("Microsoft.Compute/virtualMachines", vm);

describe("a path", () => {
  it("is read in any case, with doubled and trailing slashes, at any dated version", async () => {
    unrecordedTest("spellings and versions that no specification at hand has");
    const path = machine();
    for (const variant of [path.toLowerCase(), path.toUpperCase(), `/${path}`, `${path}/`]) {
      const { status, body } = await world.raw("GET", `${variant}?api-version=2019-12-01`);
      expect([status, body["id"]]).toEqual([200, path]);
    }
  });

  it("without a version, or with none that is one, is refused", async () => {
    unrecordedTest("no api-version");
    expect((await world.raw("GET", `${machine()}?api-version=`)).code).toBe("MissingApiVersionParameter");
    expect((await world.raw("GET", `${machine()}?api-version=new`)).code).toBe("InvalidApiVersionParameter");
  });

  it("to nothing says what is missing: the group, the resource, the type, the subscription", async () => {
    unrecordedTest("a type that the simulator does not have");
    const at = (path: string) =>
      world.raw("GET", path, undefined, world.operator.credential).then(({ code }) => code);
    const sub = `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}`;
    expect(await at(`${sub}/resourceGroups/none/providers/Microsoft.Compute/virtualMachines`)).toBe(
      "ResourceGroupNotFound",
    );
    expect(await at(`${sub}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/none`)).toBe(
      "ResourceNotFound",
    );
    expect(await at(`${sub}/resourceGroups/${group}/providers/Microsoft.Compute/galleries/none`)).toBe(
      "InvalidResourceType",
    );
    expect(await at("/subscriptions/99999999-9999-4999-8999-999999999999")).toBe("SubscriptionNotFound");
  });
});

describe("a long-running operation", () => {
  it("gives a place to look, one for the result, and a wait that is not zero", async () => {
    const begun = await world.raw("POST", `${machine()}/restart`);
    expect(begun.status).toBe(202);
    expect(Number(begun.headers.get("retry-after"))).toBeGreaterThan(0);
    const look = async (name: string) => {
      const path = begun.headers.get(name)?.replace(world.azure.url, "") ?? "";
      const { status, body } = await world.raw("GET", path);
      return [status, body["status"]];
    };
    expect(await look("azure-asyncoperation")).toEqual([200, "InProgress"]);
    expect(await look("location")).toEqual([202, undefined]);
    world.pass(60);
    expect(await look("azure-asyncoperation")).toEqual([200, "Succeeded"]);
    expect(await look("location")).toEqual([200, undefined]);
  });

  it("carries the ids by which Azure's support finds a call", async () => {
    const { headers } = await world.raw("GET", machine());
    for (const name of ["x-ms-request-id", "x-ms-correlation-request-id", "x-ms-routing-request-id"])
      expect(headers.get(name)).toMatch(/[0-9a-f-]{36}/);
  });
});

describe("lists", () => {
  const resources = (query: string) =>
    world
      .raw("GET", `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/${query}`)
      .then(({ body }) => (body["value"] as { name: string }[]).map(({ name }) => name));

  it("of resources are filtered by name, type and tag, and hold what the caller may read only", async () => {
    expect(await resources(`resourceGroups/${group}/resources?$filter=name eq '${vm}'`)).toEqual([vm, vm]);
    const type = "resourceType eq 'Microsoft.Compute/virtualMachines'";
    expect(await resources(`resources?$filter=${type} and name eq '${vm}'`)).toEqual([vm]);
    expect(await resources("resources?$filter=tagname eq 'owner' and tagvalue eq 'Mia Member'")).toContain(
      vm,
    );
    expect(await resources("resources?$filter=tagname eq 'owner' and tagvalue eq 'Max Member'")).toEqual([]);
    expect(await resources("resources")).not.toContain("openclaw-bot");
  });

  it("of VMs can be those of one scale set, or states only", async () => {
    const inSet = [];
    const filter = `'virtualMachineScaleSet/id' eq '${world.env.SCALE_SET_ID}'`;
    for await (const one of world.bot.compute.virtualMachines.list(group, { filter })) inSet.push(one.name);
    expect(inSet).toEqual([vm]);
    for await (const one of world.bot.compute.virtualMachines.listAll({ statusOnly: "true" }))
      expect(one.instanceView?.statuses?.at(-1)?.code).toBe("PowerState/running");
    const offers = { publisherName: "Canonical", offer: "ubuntu-24_04-lts", skus: "server" };
    const images = await world.bot.compute.virtualMachineImages.list(
      location,
      offers.publisherName,
      offers.offer,
      offers.skus,
    );
    expect(images.map(({ name }) => name)).toContain("24.04.202608010");
  });
});

describe("tags", () => {
  it("are merged, replaced and taken away on their own", async () => {
    const tags = (operation: string, values: object) =>
      world
        .raw("PATCH", `${machine()}/providers/Microsoft.Resources/tags/default?api-version=2026-06-01`, {
          operation,
          properties: { tags: values },
        })
        .then(({ body }) => (body["properties"] as { tags: object }).tags);
    expect(await tags("Replace", { a: "1" })).toEqual({ a: "1" });
    expect(await tags("Merge", { b: "2" })).toEqual({ a: "1", b: "2" });
    expect(await tags("Delete", { a: "1" })).toEqual({ b: "2" });
  });
});

describe("a body", () => {
  it("may be what Azure CLI writes: a bare key, comments, a trailing comma", () => {
    const text =
      '{"properties": {"mode": "Incremental", template:{ // as in the file\n "a": "x // no comment", /* b */ "c": [1,], }}}';
    expect(parseBody(text)).toEqual({
      properties: { mode: "Incremental", template: { a: "x // no comment", c: [1] } },
    });
  });

  it("that is no JSON object is refused", () => {
    for (const text of ["{", "[]", "nonsense"])
      expect(() => parseBody(text)).toThrow("InvalidRequestContent");
  });
});
