/** Colours come from the style sheet, so that a card follows the reader's light or dark mode. */
const colours = (name: string) => ({ default: `var(--card-${name})`, subtle: `var(--card-${name}-subtle)` });
const foregroundColors = {
  default: colours("text"),
  dark: colours("text"),
  light: colours("faint"),
  accent: colours("accent"),
  good: colours("good"),
  warning: colours("warning"),
  attention: colours("attention"),
};
const style = (background: string) => ({ backgroundColor: `var(--card-${background})`, foregroundColors });

const fontSizes = { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 };
const fontWeights = { lighter: 300, default: 400, bolder: 600 };

/** How Teams draws cards, in sizes and distances. */
export const hostConfig = {
  supportsInteractivity: true,
  fontTypes: {
    default: { fontFamily: "inherit", fontSizes, fontWeights },
    monospace: {
      fontFamily: "ui-monospace, 'DejaVu Sans Mono', monospace",
      fontSizes: { ...fontSizes, default: 13 },
      fontWeights,
    },
  },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: "var(--line)" },
  containerStyles: {
    default: style("back"),
    emphasis: style("emphasis"),
    accent: style("emphasis"),
    good: style("emphasis"),
    warning: style("emphasis"),
    attention: style("emphasis"),
  },
  actions: { maxActions: 6, spacing: "medium", buttonSpacing: 8, actionAlignment: "left" },
  inputs: {
    label: {
      requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" },
      inputSpacing: "small",
    },
    errorMessage: { color: "attention", size: "small", spacing: "small" },
  },
  factSet: {
    title: { weight: "bolder", wrap: true, maxWidth: 200 },
    value: { wrap: true },
    spacing: 12,
  },
};
