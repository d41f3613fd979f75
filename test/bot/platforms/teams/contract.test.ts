import { platformContract } from "../contract.ts";
import { startTeamsWorld } from "./world.ts";

platformContract(startTeamsWorld);
