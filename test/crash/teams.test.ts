import { crashSuite } from "./suite.ts";

crashSuite("teams");
