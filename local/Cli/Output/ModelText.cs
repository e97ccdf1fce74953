using System.Globalization;
using Scalelab.ModelConversion;

namespace Scalelab.Cli.Output;

/// <summary>What is said of a converted model.</summary>
internal static class ModelText
{
    private const int MaxLabels = 12;

    public static IEnumerable<string> Lines(ConversionReport report, Terminal terminal)
    {
        var difference = string.Create(CultureInfo.InvariantCulture, $"{report.Difference:0.0e+0}");
        var tolerance = string.Create(CultureInfo.InvariantCulture, $"{report.Tolerance:0.0e+0}");
        var labels = string.Join(", ", report.Labels.Take(MaxLabels)) + (report.Labels.Count > MaxLabels ? ", …" : "");
        yield return $"Converted {report.Layers} layers: pictures of {report.Size} × {report.Size}, {report.Labels.Count} classes ({labels}).";
        yield return terminal.Paint(TextStyle.Green, $"ONNX Runtime and the reference pass agree: they differ by {difference} at most on {report.Inputs} inputs; up to {tolerance} is rounding.");
        yield return $"Wrote {Path.Combine(report.Folder, "model.onnx")} and model.json.";
        yield return report.RescalesItself
            ? $"The network rescales pictures itself, so model.json hands it bytes ({report.Scaling})."
            : $"model.json brings pictures into {report.Scaling}: if you trained on another range, convert again with --scaling.";
        if (report.AreLabelsNumbers)
        {
            yield return terminal.Paint(TextStyle.Yellow, "The classes have numbers for names: convert again with --labels, or write them into model.json.");
        }
    }
}
