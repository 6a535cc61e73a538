import { armenia } from "./armenia.ts";
import { bangladesh } from "./bangladesh.ts";
import { brazil } from "./brazil.ts";
import { china } from "./china.ts";
import type { Country } from "./country.ts";
import { ethiopia } from "./ethiopia.ts";
import { france } from "./france.ts";
import { georgia } from "./georgia.ts";
import { germany } from "./germany.ts";
import { greece } from "./greece.ts";
import { india } from "./india.ts";
import { indonesia } from "./indonesia.ts";
import { israel } from "./israel.ts";
import { japan } from "./japan.ts";
import { kazakhstan } from "./kazakhstan.ts";
import { nigeria } from "./nigeria.ts";
import { poland } from "./poland.ts";
import { russia } from "./russia.ts";
import { saudiArabia } from "./saudi-arabia.ts";
import { southKorea } from "./south-korea.ts";
import { sriLanka } from "./sri-lanka.ts";
import { thailand } from "./thailand.ts";
import { turkey } from "./turkey.ts";
import { unitedStates } from "./united-states.ts";
import { vietnam } from "./vietnam.ts";

/** The countries in the order of people.json. */
export const countries: readonly Country[] = [
  armenia,
  bangladesh,
  brazil,
  china,
  ethiopia,
  france,
  georgia,
  germany,
  greece,
  india,
  indonesia,
  israel,
  japan,
  kazakhstan,
  nigeria,
  poland,
  russia,
  saudiArabia,
  southKorea,
  sriLanka,
  thailand,
  turkey,
  unitedStates,
  vietnam,
];
