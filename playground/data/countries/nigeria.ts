import type { Country } from "./country.ts";

export const nigeria: Country = {
  code: "ng",
  name: "Nigeria",
  script: "Latn",
  population: 50,
  nameOrder: "given family",
  givenNames: {
    female: ["Fọláṣadé", "Títílayọ̀", "Yétúndé", "Ngọzị", "Chiọma", "Adaeze", "Amina", "Hauwa"],
    male: ["Adébáyọ̀", "Olúwaṣẹ́gun", "Babátúndé", "Chukwuemeka", "Ikenna", "Obinna", "Ibrahim", "Sani"],
  },
  familyNames: [
    "Adéyẹmí",
    "Ọláníyan",
    "Balógun",
    "Okonkwo",
    "Ọkafọ",
    "Eze",
    "Nwosu",
    "Bello",
    "Abubakar",
    "Danjuma",
    "Ògúnbánjọ",
  ],
  cities: ["Lagos", "Abuja", "Kano", "Ìbàdàn", "Enugu", "Abẹ́òkúta", "Port Harcourt"],
  occupations: ["teacher", "doctor", "engineer", "nurse", "accountant", "caterer", "journalist", "lawyer"],
  notes: [
    "Allergic to penicillin.",
    "Asthma, carries an inhaler.",
    "Type 2 diabetes.",
    "Hypertension, daily medication.",
    "Sickle cell trait.",
    "Malaria last season, recovered.",
  ],
  phone: "+234 000 ### ####",
};
