import { crashSuite } from "./suite.ts";

crashSuite("discord");
