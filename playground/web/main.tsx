import { render } from "preact";
import "./styles/index.css";
import { App } from "./view/app.tsx";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
