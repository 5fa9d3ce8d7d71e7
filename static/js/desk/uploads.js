/* Files: dropped, pasted or picked, each with its progress, hung on the draft as soon as they are here. */
function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

export function upload(form, files) {
  for (const file of files) send(form, file);
}

function send(form, file) {
  const chip = document.createElement("li"), name = document.createElement("bdi"), progress = document.createElement("progress");
  chip.className = "chip";
  name.textContent = file.name;
  progress.max = 1;
  progress.value = 0;
  chip.append(name, progress);
  chip.dataset.coming = "";
  form.querySelector(".chips").append(chip);
  const request = new XMLHttpRequest(), data = new FormData();
  data.append("file", file);
  request.open("POST", form.dataset.upload);
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("HX-Request", "true");
  request.upload.onprogress = (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; };
  request.onload = () => {
    if (request.status === 201) {
      const template = document.createElement("template");
      template.innerHTML = request.responseText.trim();
      chip.replaceWith(template.content);
      sendHeld(form);
    } else fail(form, chip, request.status === 422 ? request.responseText : request.statusText);
  };
  request.onerror = () => fail(form, chip, "");
  request.send(data);
}

/* What is sent while files are still coming goes when they are here; when one cannot come, the agent decides anew. */
const held = new WeakMap();
const areComing = (form) => form.querySelector("[data-coming]");

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#composer form") || !areComing(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held.set(event.target, event.submitter);
  event.target.setAttribute("aria-busy", "true");
}, { capture: true });

function release(form) {
  const submitter = held.get(form), was = held.delete(form);
  form.removeAttribute("aria-busy");
  return was && { submitter };
}

function sendHeld(form) {
  if (areComing(form)) return;
  const send = release(form);
  if (send && form.isConnected) form.requestSubmit(send.submitter);
}

function fail(form, chip, reason) {
  release(form);
  delete chip.dataset.coming;
  chip.classList.add("failed");
  chip.setAttribute("role", "alert");
  chip.querySelector("progress").remove();
  if (reason) chip.querySelector("bdi").textContent = reason;
  setTimeout(() => chip.remove(), 12_000);
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("#composer [data-pick]")) return;
  upload(event.target.form, event.target.files);
  event.target.value = "";
});

document.addEventListener("paste", (event) => {
  const form = event.target.closest?.("#composer form");
  // A spreadsheet or a text processor adds a picture of what is text.
  if (!form || !event.clipboardData.files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  upload(form, event.clipboardData.files);
});

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.getElementById("composer")?.classList.toggle("is-dropping", Boolean(event.target.closest?.("#thread")));
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.getElementById("composer")?.classList.remove("is-dropping");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const composer = document.getElementById("composer");
  composer?.classList.remove("is-dropping");
  if (!composer || !event.target.closest?.("#thread")) return;
  const kind = composer.querySelector('[name="tab"]:checked').value;
  upload(composer.querySelector(`[data-side="${kind}"]`), event.dataTransfer.files);
});

document.addEventListener("click", async (event) => {
  const remove = event.target.closest("[data-remove]");
  if (!remove) return;
  const answer = await fetch(remove.dataset.remove, { method: "DELETE", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } });
  if (answer.ok || answer.status === 404) remove.closest(".chip").remove();
});
