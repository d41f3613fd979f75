// The components read this when they load; their own defaults are pictures on Discord's servers.
Object.assign(globalThis, { $discordMessage: { avatars: { default: "/avatars/bot.svg" } } });

export {};
