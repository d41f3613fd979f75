import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Exchange, type Service, trafficLog } from "../../local/traffic.ts";

const secret = "the-value-of-a-secret";
function written(service: Service, request: unknown, response: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), "traffic-"));
  const file = join(folder, "traffic.ndjson");
  const exchange: Exchange = {
    service,
    at: "2026-01-01T00:00:00.000Z",
    ms: 1,
    request: { method: "GET", url: "https://localhost/x", headers: {}, body: request },
    response: { status: 200, headers: {}, body: response },
  };
  trafficLog(file)(exchange);
  const text = readFileSync(file, "utf8");
  rmSync(folder, { recursive: true });
  return text;
}

test("values of secrets are masked on their way out of the vault and into it; all else about them stays", () => {
  const attributes = { enabled: true };
  const read = written("keyvault", undefined, { value: secret, id: "https://v/secrets/a/1", attributes });
  expect(JSON.parse(read).response.body).toEqual({
    value: "REPLACED",
    id: "https://v/secrets/a/1",
    attributes,
  });
  const set = written("keyvault", { value: secret, attributes }, { value: secret, id: "a" });
  expect(set).not.toContain(secret);
  expect(JSON.parse(set).request.body).toEqual({ value: "REPLACED", attributes });
});

test("a list of secrets, and values elsewhere, are written as they are", () => {
  const list = { value: [{ id: "https://v/secrets/a" }], nextLink: null };
  expect(JSON.parse(written("keyvault", undefined, list)).response.body).toEqual(list);
  const choice = { name: "size", value: "Standard_B2als_v2" };
  expect(JSON.parse(written("discord", choice, choice)).request.body).toEqual(choice);
});
