// Read by the components when they are loaded; their own defaults are pictures on Discord's servers.
Object.assign(globalThis, { $discordMessage: { avatars: { default: "/avatars/bot.svg" } } });

export {};
