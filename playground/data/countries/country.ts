/** What the generator needs to invent people of one country. The texts are in the country's own language and script. */
export interface Country {
  /** Two letters of ISO 3166-1, lower case. */
  readonly code: string;
  readonly name: string;
  /** ISO 15924 code of the script that its names are written in. */
  readonly script: string;
  /** How many people to invent. */
  readonly population: number;
  /** How a full name is put together. */
  readonly nameOrder: "given family" | "family given" | "familygiven";
  readonly givenNames: Forms;
  /** An empty one makes a person who has none. */
  readonly familyNames: readonly string[] | Forms;
  readonly cities: readonly string[];
  readonly occupations: readonly string[] | Forms;
  /** Short medical or other notes that nobody would want strangers to read. */
  readonly notes: readonly string[];
  /**
   * A telephone number, each `#` to be replaced by a digit. Only numbers that reach nobody: those that a regulator keeps
   * for films and examples, or else an area code of 000.
   */
  readonly phone: string;
}

/** Words that differ for women and men. */
export interface Forms {
  readonly female: readonly string[];
  readonly male: readonly string[];
}
