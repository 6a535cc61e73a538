// A program in CommonJS.
const { Storage } = require("incountry-storage");
const { recordFields } = require("incountry-storage/protocol");

const storage = new Storage({ environmentId: "e", apiKey: "k", endpoint: "https://pop.example", encrypt: false });
console.log(JSON.stringify({ constructed: storage instanceof Storage, wireName: recordFields.recordKey.wire }));
