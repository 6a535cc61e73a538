import type { Country } from "./country.ts";

export const indonesia: Country = {
  code: "id",
  name: "Indonesia",
  script: "Latn",
  population: 50,
  nameOrder: "given family",
  givenNames: {
    female: ["Siti", "Dewi", "Putri", "Ayu", "Sri", "Rina", "Indah", "Wulan"],
    male: ["Budi", "Agus", "Joko", "Andi", "Rizky", "Bayu", "Dwi", "Slamet"],
  },
  familyNames: [
    "Santoso",
    "Wijaya",
    "Susanto",
    "Hidayat",
    "Siregar",
    "Nasution",
    "Kusuma",
    "Saputra",
    "Simanjuntak",
    "",
    "",
  ],
  cities: ["Jakarta", "Surabaya", "Bandung", "Medan", "Yogyakarta", "Makassar", "Denpasar"],
  occupations: ["guru", "dokter", "perawat", "insinyur", "petani", "akuntan", "koki", "nelayan"],
  notes: [
    "Alergi penisilin.",
    "Asma, selalu membawa inhaler.",
    "Diabetes tipe 2.",
    "Tekanan darah tinggi.",
    "Alergi udang.",
  ],
  phone: "+62 000 ### ####",
};
