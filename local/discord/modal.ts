import type { Modal } from "./message-schema.ts";
import { Refusal } from "./refusal.ts";

type Label = Extract<Modal["components"][number], { type: 18 }>;
export type Input = Label["component"];

/** The inputs of a modal with their labels, in order. */
export function inputsOf(modal: Modal): { label: string; description?: string; input: Input }[] {
  return modal.components.flatMap((part) => {
    if (part.type === 10) return [];
    if (part.type === 1) return [{ label: part.components[0].label ?? "", input: part.components[0] }];
    return [
      {
        label: part.label,
        ...(part.description ? { description: part.description } : {}),
        input: part.component,
      },
    ];
  });
}

/** Checks the input as Discord's client does, and builds the data of a modal submit. */
export function modalData(modal: Modal, values: Readonly<Record<string, string>>, forge: boolean) {
  for (const { label, input } of forge ? [] : inputsOf(modal))
    check(label, input, values[input.custom_id] ?? "");
  const filled = (input: Input) =>
    input.type === 4
      ? { type: 4, custom_id: input.custom_id, value: values[input.custom_id] ?? "" }
      : { type: 3, custom_id: input.custom_id, values: [values[input.custom_id]].filter(Boolean) };
  const components = modal.components.map((part, index) => {
    const id = index + 1;
    if (part.type === 10) return { type: 10, id };
    if (part.type === 1) return { type: 1, id, components: [filled(part.components[0])] };
    return { type: 18, id, component: filled(part.component) };
  });
  return { custom_id: modal.custom_id, components };
}

function check(label: string, input: Input, value: string): void {
  if (value === "" && input.required !== false) throw new Refusal(`“${label}” is required.`);
  if (input.type === 3) {
    if (value !== "" && !input.options.some((option) => option.value === value))
      throw new Refusal(`“${label}” doesn't offer this choice.`);
    return;
  }
  const least = input.min_length ?? 0;
  const most = input.max_length ?? 4000;
  if (value !== "" && (value.length < least || value.length > most)) {
    throw new Refusal(`“${label}” must have ${least} to ${most} characters.`);
  }
}
