import type { Country } from "./country.ts";

export const vietnam: Country = {
  code: "vn",
  name: "Vietnam",
  script: "Latn",
  population: 40,
  nameOrder: "family given",
  givenNames: {
    female: ["Thị Hương", "Thị Mai", "Ngọc Ánh", "Thu Hà", "Bích Ngọc", "Thúy Hằng", "Phương Thảo", "Quỳnh Như"],
    male: ["Văn Hùng", "Minh Tuấn", "Đức Anh", "Quốc Bảo", "Hữu Phước", "Thành Đạt", "Văn Dũng", "Trọng Nghĩa"],
  },
  familyNames: ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ"],
  cities: ["Hà Nội", "Thành phố Hồ Chí Minh", "Đà Nẵng", "Huế", "Cần Thơ", "Hải Phòng", "Đà Lạt"],
  occupations: ["giáo viên", "bác sĩ", "kỹ sư", "y tá", "kế toán", "đầu bếp", "nông dân", "nhà báo"],
  notes: [
    "Dị ứng penicillin.",
    "Hen suyễn.",
    "Tiểu đường loại 2.",
    "Cao huyết áp, uống thuốc mỗi ngày.",
    "Dị ứng hải sản.",
  ],
  phone: "+84 000 ### ###",
};
