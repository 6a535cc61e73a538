import type { Country } from "./country.ts";

export const unitedStates: Country = {
  code: "us",
  name: "United States",
  script: "Latn",
  population: 60,
  nameOrder: "given family",
  givenNames: {
    female: ["Zoë", "Renée", "Abigail", "Maria José", "Keisha", "Mei-Ling", "Siobhán", "Noelani", "Emma", "Ruth"],
    male: ["José", "André", "Tyrone", "Liam", "Kekoa", "Seán", "Wyatt", "Elijah", "Beau", "Samuel"],
  },
  familyNames: [
    "O'Brien",
    "Núñez",
    "Washington",
    "Nakamura",
    "Kealoha",
    "García",
    "Smith-Jones",
    "Begay",
    "Nguyen",
    "Schwartz",
    "St. James",
    "Peña",
  ],
  cities: ["Albuquerque", "Chicago", "Española", "Honolulu", "San José", "Coeur d'Alene", "Boston", "Winston-Salem"],
  occupations: ["teacher", "physician", "engineer", "nurse", "accountant", "chef", "journalist", "attorney"],
  notes: [
    "Allergic to penicillin.",
    "Asthma, carries an inhaler.",
    "Type 2 diabetes.",
    "Hypertension, daily medication.",
    "Lactose intolerant.",
    "Knee replaced in 2020.",
  ],
  phone: "+1 505 555 01##",
};
