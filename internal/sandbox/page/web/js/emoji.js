// The emoji names that status messages use. Others stay as typed, as Slack does
// with a name it does not know.
const names = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", warning: "⚠️",
  no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", rotating_light: "🚨", exclamation: "❗", question: "❓",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫",
  large_orange_square: "🟧", large_green_square: "🟩", large_red_square: "🟥", white_large_square: "⬜",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_right: "➡️", arrow_left: "⬅️", arrows_counterclockwise: "🔄",
  small_red_triangle: "🔺", small_red_triangle_down: "🔻", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", bar_chart: "📊", calendar: "📅", spiral_calendar_pad: "🗓️", clock: "🕰️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", zzz: "💤", bell: "🔔",
  no_bell: "🔕", mute: "🔇", mailbox: "📫", envelope: "✉️", file_folder: "📁", floppy_disk: "💾", cloud: "☁️",
  lock: "🔒", unlock: "🔓", key: "🔑", shield: "🛡️", link: "🔗", bulb: "💡", wrench: "🔧", gear: "⚙️",
  information_source: "ℹ️", mag: "🔍", pushpin: "📌", bookmark: "🔖", memo: "📝", eyes: "👀", wave: "👋",
  "+1": "👍", "-1": "👎", tada: "🎉", raised_hands: "🙌", pray: "🙏", rocket: "🚀", fire: "🔥", sparkles: "✨",
  robot_face: "🤖", slightly_smiling_face: "🙂", smile: "😄", thinking_face: "🤔", heart: "❤️", star: "⭐",
};

export const emoji = (name) => names[name] ?? `:${name}:`;

export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => names[name] ?? whole);
