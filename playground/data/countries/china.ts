import type { Country } from "./country.ts";

export const china: Country = {
  code: "cn",
  name: "China",
  script: "Hans",
  population: 110,
  nameOrder: "familygiven",
  givenNames: {
    female: ["芳", "丽娜", "秀英", "静怡", "婷婷", "雪梅", "欣怡", "子涵", "玉兰", "晓燕"],
    male: ["伟", "强", "建国", "志明", "浩然", "宇轩", "俊杰", "文博", "海涛", "磊"],
  },
  familyNames: ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "欧阳", "司马"],
  cities: ["北京", "上海", "广州", "成都", "西安", "杭州", "武汉", "昆明"],
  occupations: ["教师", "医生", "工程师", "会计", "厨师", "司机", "记者", "护士"],
  notes: [
    "青霉素过敏。",
    "哮喘，随身携带吸入器。",
    "2型糖尿病。",
    "高血压，每日服药。",
    "海鲜过敏。",
    "每年一次眼科复查。",
  ],
  phone: "+86 000 #### ####",
};
