/* What every page needs. Pages with more of their own bring their modules along. */
import "./bell.js";
import "./editing.js";
import "./forms.js";
import "./notices.js";
import "./theme.js";
import { start } from "./live.js";

start();
