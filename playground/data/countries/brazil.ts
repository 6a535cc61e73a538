import type { Country } from "./country.ts";

export const brazil: Country = {
  code: "br",
  name: "Brazil",
  script: "Latn",
  population: 55,
  nameOrder: "given family",
  givenNames: {
    female: ["Ana", "Júlia", "Letícia", "Beatriz", "Luíza", "Antônia", "Vitória", "Sônia", "Inês", "Débora"],
    male: ["João", "José", "Antônio", "Luís", "Márcio", "Fábio", "Sérgio", "Caetano", "Otávio", "Vinícius"],
  },
  familyNames: [
    "Silva",
    "Souza",
    "Conceição",
    "Araújo",
    "Gonçalves",
    "Magalhães",
    "Assunção",
    "Falcão",
    "Guimarães",
    "Simões",
    "D'Ávila",
    "Leão",
  ],
  cities: ["São Paulo", "Rio de Janeiro", "Brasília", "Maceió", "Belém", "Goiânia", "Florianópolis", "Macapá"],
  occupations: {
    female: ["professora", "médica", "engenheira", "enfermeira", "contadora", "cozinheira", "jornalista", "advogada"],
    male: ["professor", "médico", "engenheiro", "enfermeiro", "contador", "cozinheiro", "jornalista", "advogado"],
  },
  notes: [
    "Alergia a penicilina.",
    "Asma, leva sempre o inalador.",
    "Diabetes tipo 2.",
    "Pressão alta, medicação diária.",
    "Intolerância à lactose.",
    "Cirurgia no joelho no ano passado.",
  ],
  phone: "+55 000 ####-####",
};
