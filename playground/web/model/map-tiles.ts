/**
 * A world map of tiles: ISO 3166-1 codes, or dots for the sea. Small islands have no tile; the list beside the map has
 * every country with records.
 */
const rows = `
.. .. .. .. GL .. .. .. .. .. .. IS .. .. .. NO SE FI .. .. .. .. .. .. .. .. ..
CA CA CA CA .. .. .. .. .. .. .. .. .. IE GB DK .. EE LV RU RU RU RU RU RU RU RU
US US US US .. .. .. .. .. .. .. .. .. .. NL BE DE PL LT BY RU KZ KZ MN MN .. ..
US US US .. .. .. .. .. .. .. .. PT ES FR LU CH CZ SK UA MD GE UZ KG CN CN KP JP
MX MX .. .. BS .. .. .. .. .. .. .. AD IT AT SI HU RO BG AM AZ TM TJ CN CN KR JP
.. MX GT BZ CU HT DO PR .. .. .. MA DZ MT HR BA RS MK GR TR IR AF PK NP CN TW ..
.. .. SV HN JM .. AG BB .. CV EH TN LY EG AL ME CY LB SY IQ KW IN BT MM LA VN HK
.. .. .. NI CR .. TT .. .. SN MR ML NE TD IL PS JO SA BH QA AE IN BD TH KH PH ..
.. .. .. .. PA VE GY SR .. GM GW BF NG SD ER YE OM .. .. .. IN LK MY BN .. .. PW
.. .. .. .. CO CO BR GF .. SL GN CI CM CF SS ET DJ SO .. MV .. .. SG ID ID PG SB
.. .. .. .. EC PE BR BR .. LR GH TG GA CD UG KE .. SC .. .. .. .. ID ID TL .. VU
.. .. .. .. PE BO BR BR .. .. BJ GQ CG RW BI TZ KM .. .. .. .. .. .. AU AU .. FJ
.. .. .. .. CL PY UY .. .. .. .. .. AO ZM MW MZ MG MU .. .. .. .. AU AU AU NC ..
.. .. .. .. CL AR .. .. .. .. .. .. NA BW ZW SZ .. .. .. .. .. .. .. AU AU .. NZ
.. .. .. .. CL AR FK .. .. .. .. .. .. ZA LS .. .. .. .. .. .. .. .. .. .. .. NZ
`;

/** A tile of the map. Large countries have several. */
export interface Tile {
  readonly country: string;
  readonly row: number;
  readonly column: number;
}

export const tiles: readonly Tile[] = rows
  .trim()
  .split("\n")
  .flatMap((line, row) =>
    line.split(" ").flatMap((code, column) => (code === ".." ? [] : { country: code.toLowerCase(), row, column })),
  );
