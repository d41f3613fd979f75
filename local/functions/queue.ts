import { setTimeout as sleep } from "node:timers/promises";
import { type DequeuedMessageItem, type QueueClient, RestError } from "@azure/storage-queue";
import type { QueueSettings } from "./hostJson.ts";
import { textOf } from "./http.ts";
import type { Log } from "./invoke.ts";

export interface QueueOptions {
  readonly queue: QueueClient;
  /** Receives messages that failed `maxDequeueCount` times. */
  readonly poison: QueueClient;
  readonly settings: QueueSettings;
  /** How long a message stays hidden while the host works on it, which renews this. A killed host's messages come back afterwards. */
  readonly lockSeconds: number;
  readonly handle: (text: string, message: DequeuedMessageItem) => Promise<unknown>;
  readonly log: Log;
}

/** The first wait after a message; it grows by half each time the queue is empty. */
const shortestPollMs = 100;

/** Polls a queue like the host's listener until stopped; stopping waits for messages in progress. */
export function pollQueue(options: QueueOptions): { stop(): Promise<void> } {
  const { settings } = options;
  const stopped = new AbortController();
  const running = new Set<Promise<void>>();
  const threshold = settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2);

  async function loop() {
    let wait = shortestPollMs;
    while (!stopped.signal.aborted) {
      const messages = running.size > threshold ? [] : await receive(options, stopped.signal);
      for (const message of messages) {
        const work = workOn(options, message).finally(() => running.delete(work));
        running.add(work);
      }
      wait = messages.length > 0 ? shortestPollMs : Math.min(wait * 1.5, settings.maxPollingInterval);
      await sleep(wait, undefined, { signal: stopped.signal }).catch(() => {});
    }
    await Promise.all(running);
  }

  const ended = loop();
  return {
    stop: () => {
      stopped.abort();
      return ended;
    },
  };
}

async function receive(options: QueueOptions, abortSignal: AbortSignal) {
  const { batchSize } = options.settings;
  try {
    const { receivedMessageItems } = await options.queue.receiveMessages({
      numberOfMessages: batchSize,
      visibilityTimeout: options.lockSeconds,
      abortSignal,
    });
    return receivedMessageItems;
  } catch (error) {
    // The sender of the first message creates the queue.
    if (!abortSignal.aborted && !isMissing(error)) options.log(`${options.queue.name}: ${textOf(error)}`);
    return [];
  }
}

/** Never throws: the message is always deleted, comes back, or goes to the poison queue. */
async function workOn(options: QueueOptions, message: DequeuedMessageItem): Promise<void> {
  const { queue, settings, log } = options;
  const lock = hold(options, message);
  try {
    const text = decode(message.messageText, settings.messageEncoding);
    if (text === undefined || message.dequeueCount > settings.maxDequeueCount) {
      await toPoison(options, message);
    } else {
      await options.handle(text, message);
    }
    await queue.deleteMessage(message.messageId, await lock.release());
  } catch (error) {
    const tries = `try ${message.dequeueCount} of ${settings.maxDequeueCount}`;
    log(`${queue.name}: ${message.messageId} failed (${tries}): ${textOf(error)}`);
    await giveBack(options, message, await lock.release()).catch((again: unknown) =>
      log(`${queue.name}: ${message.messageId} comes back by itself: ${textOf(again)}`),
    );
  }
}

async function giveBack(options: QueueOptions, message: DequeuedMessageItem, receipt: string): Promise<void> {
  const { queue, settings } = options;
  if (message.dequeueCount >= settings.maxDequeueCount) {
    await toPoison(options, message);
    await queue.deleteMessage(message.messageId, receipt);
  } else {
    const restSeconds = Math.ceil(settings.visibilityTimeout / 1000);
    await queue.updateMessage(message.messageId, receipt, undefined, restSeconds);
  }
}

async function toPoison({ poison, log }: QueueOptions, message: DequeuedMessageItem): Promise<void> {
  await poison.createIfNotExists();
  await poison.sendMessage(message.messageText, { messageTimeToLive: -1 });
  log(`${message.messageId} moved to ${poison.name}`);
}

/** Keeps the message hidden. `release` stops that and returns the current receipt. */
function hold({ queue, lockSeconds, log }: QueueOptions, message: DequeuedMessageItem) {
  let receipt = message.popReceipt;
  let renewal = Promise.resolve();
  const timer = setInterval(() => {
    renewal = renewal
      .then(() => queue.updateMessage(message.messageId, receipt, undefined, lockSeconds))
      .then((renewed) => {
        receipt = renewed.popReceipt ?? receipt;
      })
      .catch((error: unknown) => log(`${queue.name}: ${message.messageId} not renewed: ${textOf(error)}`));
  }, lockSeconds * 500);
  return {
    async release(): Promise<string> {
      clearInterval(timer);
      await renewal;
      return receipt;
    },
  };
}

/** Undefined: not what the encoding allows. */
function decode(text: string, encoding: QueueSettings["messageEncoding"]): string | undefined {
  if (encoding === "none") return text;
  const decoded = Buffer.from(text, "base64");
  return decoded.toString("base64") === text ? decoded.toString("utf8") : undefined;
}

const isMissing = (error: unknown): boolean => error instanceof RestError && error.statusCode === 404;
