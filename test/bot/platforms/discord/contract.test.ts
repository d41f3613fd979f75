import { platformContract } from "../contract.ts";
import { startDiscordWorld } from "./world.ts";

platformContract(startDiscordWorld);
