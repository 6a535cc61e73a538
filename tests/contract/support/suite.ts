import type { Environment } from "incountry-playground";
import type { Caller } from "./caller.ts";

/** Gives a suite its caller, inside tests only, since the PoP starts before them. */
export type GetCaller = () => Caller;

export const firstEnvironment: Environment = {
  id: "4e00667a-58a4-420b-97b7-243073124b89",
  clientId: "client-1",
  clientSecret: "secret+with:odd%2Bcharacters",
  apiKey: "key-1",
};

export const secondEnvironment: Environment = {
  id: "another-environment",
  clientId: "client-2",
  clientSecret: "secret-2",
  apiKey: "key-2",
};
