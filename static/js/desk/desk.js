/* The desk's own modules. Each listens on the document, so that what htmx swaps in needs no binding. */
import "./navigation.js";
import "./timeline.js";
import "./redrawn.js";
import "./composer.js";
import "./drafts.js";
import "./macros.js";
import "./mentions.js";
import "./uploads.js";
import "./menus.js";
import "./toasts.js";
import "./keyboard.js";
import "./frames.js";
import "./customer.js";
import "./viewers.js";
import "./visitor.js";
import "./times.js";
import "./alert.js";
