import type { Card, Form } from "../../../bot/core/card.ts";
import { instant, words } from "../../../bot/core/text.ts";

/** Cards that show what a platform has to be able to render. */
const generation = "k3v9d2m4q8aa";
const ready: Card = {
  title: "Your OpenClaw is ready",
  tone: "good",
  text: "It costs about $38.03 a month while it runs, $9.60 while it is stopped.",
  sections: [
    { text: "1. Once on your computer: add SSH to the Azure CLI.", code: "az extension add --name ssh" },
    { text: words`2. SSH is open for 203.0.113.7/32 until ${instant("2026-01-31T21:05:00Z")}.` },
    {
      text: "3. Sign in to your VM.",
      code: "az ssh vm --subscription 11111111-1111-1111-1111-111111111111 --resource-group openclaw-rg --name openclaw-aaaaaaaaaa",
    },
  ],
  facts: [
    ["Size", "Standard_B2s"],
    ["Seen", instant("2026-01-31T09:05:00Z")],
    ["Address", ""],
  ],
  buttons: [
    { label: "Open access", style: "primary", line: { command: "open-access", options: {}, generation } },
    ...["Connect", "Check again", "Start", "Stop", "Restart"].map((label) => ({
      label,
      line: { command: label.toLowerCase().replace(" ", "-"), options: {}, generation },
    })),
    { label: "Tear down", style: "danger", line: { command: "teardown", options: {}, generation } },
  ],
  footer: generation,
};

const hostile: Card = {
  title: "**Bold** <@102> & @everyone",
  tone: "bad",
  text: "# No heading\n- no list, *no* _emphasis_, ~~no~~ `no` ||no||\n> no quote [no](https://contoso.com/a_b) <t:0:f>",
  facts: [["a_b_c", "<@&103>"]],
  sections: [{ text: "As it stands:", code: "echo *_~ ``` <@102>" }],
  footer: "**not bold** · ref",
};

const endless: Card = {
  title: "Who is on the roster",
  tone: "info",
  text: words`${"Everybody, and then some more. ".repeat(200)}${instant("2026-01-31T09:05:00Z")}`,
  facts: Array.from({ length: 30 }, (_, i) => [`Member ${i}`, "x".repeat(i === 0 ? 2000 : 40)] as const),
  sections: [{ text: "Left out whole:", code: "az ssh vm" }],
  buttons: Array.from({ length: 30 }, (_, i) => ({
    label: "b".repeat(90),
    line: { command: "status", options: { n: String(i) } },
  })),
  footer: "f".repeat(3000),
};

export const cards = {
  ready,
  working: { title: "Building your OpenClaw", tone: "working", text: "✓ queued   ▸ identity   · deploying" },
  refusal: {
    title: "",
    tone: "info",
    text: "I don't know “x”. Say help for what you can do here.",
    unchanged: true,
  },
  sentence: { title: `I don't know “x”. I know: ${"request, status, ".repeat(20)}help.`, tone: "bad" },
  linked: {
    title: "Open the link on the device you'll sign in from",
    tone: "info",
    link: { label: "Find my address", url: "https://bot.contoso.com/api/access/aaaaaaaaaa.00ff" },
    buttons: [
      { label: "Type an address", line: { command: "open-access", options: { typed: "true" }, generation } },
    ],
  },
  hostile,
  endless,
} as const satisfies Record<string, Card>;

export const form: Form = {
  title: "Open SSH on your VM for one address, for a while, and for nobody else",
  line: { command: "open-access", options: {}, generation },
  fields: [
    { name: "address", label: "Your IPv4 address", placeholder: "203.0.113.7" },
    { name: "why", label: "A label that is longer than Discord takes, which is 45 characters" },
  ],
};
