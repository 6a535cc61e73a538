import type { Country } from "./countries.ts";

/** The codes of ISO 3166-1, by the regions of the authorization service. */
const codesByRegion = {
  AMER: `AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY HN HT JM KN KY LC MF MQ MS
    MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI`,
  APAC: `AS AU BD BN BT CC CK CN CX FJ FM GU HK HM ID IN IO JP KH KI KP KR LA LK MH MM MN MO MP MV MY NC NF NP NR NU NZ PF PG
    PH PK PN PW SB SG TH TK TL TO TV TW UM VN VU WF WS`,
  EMEA: `AD AE AF AL AM AO AQ AT AX AZ BA BE BF BG BH BI BJ BW BY CD CF CG CH CI CM CV CY CZ DE DJ DK DZ EE EG EH ER ES ET FI
    FO FR GA GB GE GG GH GI GM GN GQ GR GW HR HU IE IL IM IQ IR IS IT JE JO KE KG KM KW KZ LB LI LR LS LT LU LV LY MA MC MD
    ME MG MK ML MR MT MU MW MZ NA NE NG NL NO OM PL PS PT QA RE RO RS RU RW SA SC SD SE SH SI SJ SK SL SM SN SO SS ST SY SZ
    TD TF TG TJ TM TN TR TZ UA UG UZ VA YE YT ZA ZM ZW`,
} as const;

const names = new Intl.DisplayNames(["en"], { type: "region" });

/** Every country, each served by this PoP itself. */
export const builtInCountries: readonly Country[] = Object.entries(codesByRegion)
  .flatMap(([region, codes]) =>
    codes.split(/\s+/).map((id) => ({ id, name: names.of(id) ?? id, direct: true, region })),
  )
  .toSorted((one, other) => (one.id < other.id ? -1 : 1));
