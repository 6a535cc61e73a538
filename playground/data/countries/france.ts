import type { Country } from "./country.ts";

export const france: Country = {
  code: "fr",
  name: "France",
  script: "Latn",
  population: 50,
  nameOrder: "given family",
  givenNames: {
    female: ["Chloé", "Léa", "Inès", "Zoé", "Anaïs", "Hélène", "Françoise", "Maëlle", "Béatrice", "Noémie"],
    male: ["François", "Jérôme", "Loïc", "Théo", "Rémi", "Étienne", "Benoît", "Gaël", "Aurélien", "Noël"],
  },
  familyNames: [
    "Lefèvre",
    "Dupré",
    "Gérard",
    "Béranger",
    "Lemaître",
    "Fontaine",
    "Brossard",
    "Guérin",
    "L'Hénoret",
    "Le Goff",
    "Bœuf",
    "de La Tour",
  ],
  cities: ["Paris", "Lyon", "Marseille", "Saint-Étienne", "Besançon", "Nîmes", "Orléans", "Nantes"],
  occupations: {
    female: ["enseignante", "médecin", "ingénieure", "infirmière", "comptable", "cuisinière", "journaliste", "avocate"],
    male: ["enseignant", "médecin", "ingénieur", "infirmier", "comptable", "cuisinier", "journaliste", "avocat"],
  },
  notes: [
    "Allergie à la pénicilline.",
    "Asthme, inhalateur sur soi.",
    "Diabète de type 2.",
    "Hypertension, traitement quotidien.",
    "Intolérance au lactose.",
    "Opération du genou l'an dernier.",
  ],
  phone: "+33 1 99 00 ## ##",
};
