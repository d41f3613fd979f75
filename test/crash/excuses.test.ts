import { expect, test } from "vitest";
import { unexcused, whatItSays } from "./excuses.ts";
import type { Boundary } from "./runs.ts";

const asked = 'place here, mia: "Backing up"';
const ready = 'place here, mia: "Ready"';
const moved = 'direct mia, all: "Ready"';
const own = 'place here, mia: "Begun"';
const spoilt = 'direct mia, all: "All your data is lost"';
const seen = { shown: new Set([asked, ready, own].map(whatItSays)), answers: new Set([whatItSays(own)]) };
const inFront: Boundary = { stage: "front", effect: "queue POST call", time: 1 };
const inWork: Boundary = { stage: "call", effect: "audit PUT", time: 1 };
const unmarked: Boundary = { stage: "call", effect: "teams POST /conversations/…/activities", time: 1 };
const late = "order: direct mia, all: one comes before direct mia, all: other";
const tie = 'rows: too much ["accounts","discord:1","member","key"';
const due = 'rows: too much ["due","due"]';

test.for<[string, readonly Boundary[], readonly string[]]>([
  [
    "an answer comes as a direct message",
    [inFront],
    [`private: missing ${ready}`, `messages: too much ${moved}`],
  ],
  ["what the front would have said itself is lost", [inFront], [`private: missing ${own}`]],
  ["whoever asks again is answered again", [inFront], [`private: too much ${asked}`]],
  ["a message that wasn't marked as sent is sent again", [unmarked], [`private: too much ${ready}`]],
  ["a due row is left", [inWork], [due]],
  ["a tie is left that counts for nothing", [inFront], [`${tie},"counts for nothing"]`]],
  ["an answer that was put off comes late", [inWork], [late]],
  [
    "what follows an answer that can't be found again is a message of its own",
    [{ stage: "front", effect: "cache PUT", time: 1 }],
    [`messages: too much ${asked}`, `private: too much ${asked}`],
  ],
  [
    "whoever asks again is asked to confirm again",
    [inFront],
    ["passing: too much confirm", "passing: too much claim"],
  ],
])("excused: %s", ([, deaths, found]) => {
  expect(unexcused(seen, deaths, found)).toEqual([]);
});

test.for<[string, readonly Boundary[], readonly string[]]>([
  ["the first card for the last", [inFront], [`private: missing ${ready}`, `private: too much ${asked}`]],
  [
    "another answer for the one that was promised",
    [inFront],
    [`private: missing ${ready}`, `messages: too much ${spoilt}`],
  ],
  ["a message with words that nobody ever said", [inFront], [`messages: too much ${spoilt}`]],
  ["the same, sent again", [unmarked], [`messages: too much ${spoilt}`]],
  ["a tie that counts", [inFront], [`${tie}]`]],
  ["two ties left by one death", [inFront], [`${tie},"counts for nothing"]`, `${tie},"counts for nothing"]`]],
  ["an answer that is nowhere", [inFront], [`private: missing ${ready}`]],
  ["two answers lost by one death", [inFront], [`private: missing ${own}`, `private: missing ${own}`]],
  [
    "two messages too many by one death",
    [inFront],
    [`private: too much ${asked}`, `private: too much ${asked}`],
  ],
  [
    "to somebody else",
    [inFront],
    [`private: missing ${ready}`, 'messages: too much direct max, all: "Ready"'],
  ],
  ["a death of a worker", [inWork], [`private: missing ${own}`]],
  ["the order", [inFront], [late]],
  ["two answers late by one death", [inWork], [late, late]],
  ["due rows of nothing", [], Array.from({ length: 1000 }, () => due)],
  ["two due rows for one thing", [inFront], [due, due]],
  ["two deliveries of one answer", [inFront], ["shared: too much []"]],
])("no excuse: %s", ([, deaths, found]) => {
  expect(unexcused(seen, deaths, found)).not.toEqual([]);
});

test("what is shown once is shown by one of two answers, and the other one says so; no more than the answers that came twice", () => {
  const second = 'messages: too much direct mia, all: "You already have a link. It was shown once."';
  expect(unexcused(seen, [unmarked], [second])).toEqual([]);
  expect(unexcused(seen, [], [second])).toEqual([second]);
  expect(unexcused(seen, [unmarked], [second, second])).toEqual([second, second]);
});

test("where somebody's chat is may be forgotten by a fault that kept it from being written, and no more than that", () => {
  const cache: Boundary = { stage: "stop, queued", effect: "cache PUT", time: 1 };
  const place = 'rows: missing ["cache","cache","teams-reference-mia"]';
  const other = 'rows: missing ["state","mia","delivery:1"]';
  expect(unexcused(seen, [cache], [place], "sorry")).toEqual([]);
  expect(unexcused(seen, [cache], [place])).toEqual([place]);
  expect(unexcused(seen, [inWork], [place], "sorry")).toEqual([place]);
  expect(unexcused(seen, [cache], [other], "sorry")).toEqual([other]);
});
