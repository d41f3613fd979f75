import { type CommandBody, commandBody, commandList, commandPatch } from "./command-schema.ts";
import { parse, unknownCommand } from "./errors.ts";
import type { Option } from "./option.ts";
import { applicationId, guildId } from "./people.ts";
import type { Command, Store } from "./store.ts";

/** The guild's commands, as the API lists them. */
export const listCommands = (store: Store) => store.state.commands.map(wire);

/** Replaces all commands. A command with the same name keeps its id; an unchanged one keeps its version. */
export function putCommands(store: Store, body: unknown) {
  const list = parse(commandList, body);
  store.state.commands = list.map((given) => register(store, given).command);
  store.save();
  return listCommands(store);
}

export function upsertCommand(store: Store, body: unknown) {
  const { command, created } = register(store, parse(commandBody, body));
  store.state.commands = [...store.state.commands.filter(({ id }) => id !== command.id), command];
  store.save();
  return { command: wire(command), created };
}

export function patchCommand(store: Store, id: string, body: unknown) {
  const earlier = find(store, id);
  const patched = parse(commandBody, { ...definition(earlier), ...parse(commandPatch, body) });
  const command = { ...patched, id, version: store.nextId() };
  store.state.commands = store.state.commands.map((one) => (one.id === id ? command : one));
  store.save();
  return wire(command);
}

export function deleteCommand(store: Store, id: string): void {
  find(store, id);
  store.state.commands = store.state.commands.filter((one) => one.id !== id);
  store.save();
}

export const requireCommand = (store: Store, id: string) => wire(find(store, id));

function register(store: Store, given: CommandBody): { command: Command; created: boolean } {
  const earlier = store.state.commands.find(({ name }) => name === given.name);
  const unchanged = earlier && JSON.stringify(definition(earlier)) === JSON.stringify(given);
  const id = earlier?.id ?? store.nextId();
  return {
    command: { ...given, id, version: unchanged ? earlier.version : store.nextId() },
    created: !earlier,
  };
}

function find(store: Store, id: string): Command {
  const command = store.state.commands.find((one) => one.id === id);
  if (!command) throw unknownCommand();
  return command;
}

function definition({ id: _id, version: _version, ...rest }: Command): CommandBody {
  return rest;
}

function wire(command: Command) {
  const { options, default_member_permissions: permissions, contexts, integration_types, ...rest } = command;
  return {
    ...rest,
    application_id: applicationId,
    guild_id: guildId,
    default_member_permissions: permissions ?? null,
    contexts: contexts ?? null,
    integration_types: integration_types ?? [0],
    dm_permission: true,
    nsfw: command.nsfw ?? false,
    ...(options && options.length > 0 ? { options: options.map(wireOption) } : {}),
  };
}

/** The API leaves out false and empty values. */
function wireOption(option: Option): Option {
  const { required, autocomplete, options, choices, ...rest } = option;
  return {
    ...rest,
    ...(required ? { required } : {}),
    ...(autocomplete ? { autocomplete } : {}),
    ...(choices?.length ? { choices } : {}),
    ...(options?.length ? { options: options.map(wireOption) } : {}),
  };
}
