import { expect, test } from "vitest";
import { commands } from "../../../bot/features/commands.ts";

/** Who may use what. A new command has to be entered here. */
const expected = {
  request: "member",
  status: "member",
  check: "member",
  connect: "member",
  "open-access": "member",
  "close-access": "member",
  start: "member",
  stop: "member",
  restart: "member",
  doctor: "member",
  logs: "member",
  retry: "member",
  cancel: "member",
  rebuild: "member",
  resize: "member",
  teardown: "member",
  "backup now": "member",
  backups: "member",
  restore: "member",
  help: "anyone",
  "roster add": "admin",
  "roster list": "admin",
  "roster remove": "admin",
  "roster transfer": "admin",
  "roster give": "admin",
  "config show": "admin",
  "config check": "admin",
  "config push": "admin",
  "secrets status": "admin",
  "secrets push": "admin",
  "roster show": "admin",
  "roster role": "admin",
  "roster link": "admin",
  "roster unlink": "admin",
  "roster export": "admin",
  "roster import": "admin",
  "roster apply": "admin",
  "roster imported": "admin",
  "leaver teardown": "admin",
  "policy show": "admin",
  "policy set": "admin",
  audit: "admin",
  "instances list": "admin",
  "instances start": "admin",
  "instances stop": "admin",
  "instances restart": "admin",
  "instances teardown": "admin",
  unlock: "admin",
  "teardown-all": "admin",
  "bulk halt": "admin",
  "bulk results": "admin",
  health: "admin",
};

test("every command has the audience that it is meant to have", () => {
  expect(Object.fromEntries(commands.map(({ name, audience }) => [name, audience]))).toEqual(expected);
});

test("what changes an instance is bound to the instance that its button was made for", () => {
  const bound = commands.filter(({ bound }) => bound).map(({ name }) => name);
  expect(bound).toEqual(
    expect.arrayContaining([
      "connect",
      "start",
      "stop",
      "restart",
      "teardown",
      "rebuild",
      "resize",
      "backup now",
      "cancel",
      "retry",
      "open-access",
      "close-access",
    ]),
  );
});
