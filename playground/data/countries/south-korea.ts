import type { Country } from "./country.ts";

export const southKorea: Country = {
  code: "kr",
  name: "South Korea",
  script: "Kore",
  population: 30,
  nameOrder: "familygiven",
  givenNames: {
    female: ["서연", "민지", "지우", "수빈", "하은", "지영", "은정", "미경", "유진", "예린"],
    male: ["민준", "서준", "지훈", "현우", "도윤", "성민", "영호", "준호", "태현", "상우"],
  },
  familyNames: ["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "남궁"],
  cities: ["서울", "부산", "대구", "인천", "광주", "대전", "제주"],
  occupations: ["교사", "의사", "간호사", "엔지니어", "회계사", "요리사", "기자", "운전기사"],
  notes: [
    "페니실린 알레르기.",
    "천식, 흡입기 사용.",
    "제2형 당뇨병.",
    "고혈압, 매일 약 복용.",
    "땅콩 알레르기.",
    "허리 디스크 수술 이력.",
  ],
  phone: "+82 000 ### ####",
};
