import type { Country } from "./country.ts";

export const turkey: Country = {
  code: "tr",
  name: "Türkiye",
  script: "Latn",
  population: 35,
  nameOrder: "given family",
  givenNames: {
    female: ["Ayşe", "Fatma", "Zeynep", "Elif", "Şule", "Gülşen", "İpek", "Çiğdem"],
    male: ["Mehmet", "Mustafa", "Ömer", "Çağlar", "İbrahim", "Uğur", "Işık", "Oğuz"],
  },
  familyNames: ["Yılmaz", "Kaya", "Demir", "Çelik", "Şahin", "Yıldız", "Öztürk", "Aydın", "Özdemir", "Doğan", "Işıklı"],
  cities: ["İstanbul", "Ankara", "İzmir", "Muğla", "Diyarbakır", "Eskişehir", "Şanlıurfa"],
  occupations: ["öğretmen", "doktor", "hemşire", "mühendis", "muhasebeci", "aşçı", "gazeteci", "şoför"],
  notes: [
    "Penisilin alerjisi.",
    "Astım; spreyi yanında.",
    "Tip 2 diyabet.",
    "Yüksek tansiyon, her gün ilaç.",
    "Fıstık alerjisi.",
    "Gözlük, −2,25 diyoptri.",
  ],
  phone: "+90 000 ### ## ##",
};
