import { expect, test } from "vitest";
import { commands } from "../../../bot/commands/index.ts";

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
  retry: "member",
  cancel: "member",
  teardown: "member",
  help: "anyone",
  "roster add": "admin",
  "roster list": "admin",
  "roster remove": "admin",
  "roster show": "admin",
  "roster role": "admin",
  "roster link": "admin",
  "roster export": "admin",
  "roster import": "admin",
  "roster apply": "admin",
  "roster imported": "admin",
  "leaver teardown": "admin",
};

test("every command has the audience that it is meant to have", () => {
  expect(Object.fromEntries(commands.map(({ name, audience }) => [name, audience]))).toEqual(expected);
});

test("what changes an instance is bound to the instance that its button was made for", () => {
  const bound = commands.filter(({ bound }) => bound).map(({ name }) => name);
  expect(bound).toEqual(
    expect.arrayContaining([
      "start",
      "stop",
      "restart",
      "teardown",
      "cancel",
      "retry",
      "open-access",
      "close-access",
    ]),
  );
});
