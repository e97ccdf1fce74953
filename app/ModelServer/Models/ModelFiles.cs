using System.Globalization;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models;

/// <summary>
/// Where a model's files lie: <c>model.onnx</c> in the folder itself, or one numbered folder a version, <c>1/model.onnx</c>. A
/// <c>model.json</c> beside the network describes it; one beside the numbered folders describes every version that has none of its own.
/// </summary>
/// <param name="Version">Its number as text; <c>1</c> where the folder has no versions.</param>
/// <param name="Network">Path of model.onnx.</param>
/// <param name="Description">Path of model.json, null where there is none: the network is served by its tensors only.</param>
internal sealed record ModelFiles(string Version, string Network, string? Description)
{
    /// <summary>The versions of a folder, oldest first.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public static IReadOnlyList<ModelFiles> In(string folder)
    {
        if (Of(folder, folder, "1") is { } only)
        {
            return [only];
        }
        ModelFiles[] versions = [.. Numbered(folder).Select(version => Of(Path.Combine(folder, version), folder, version)).OfType<ModelFiles>()];
        if (versions.Length > 0)
        {
            return versions;
        }
        var missing = Path.Combine(folder, File.Exists(Path.Combine(folder, Classifier.DescriptionFile)) ? Classifier.NetworkFile : Classifier.DescriptionFile);
        throw new ModelException(
            $"{missing} does not exist. A model is a folder with {Classifier.NetworkFile} and, for pictures, {Classifier.DescriptionFile}, or with one such "
            + "folder a version (1, 2, …); MODEL_DIR names the folder.");
    }

    private static ModelFiles? Of(string folder, string parent, string version)
    {
        var network = Path.Combine(folder, Classifier.NetworkFile);
        return File.Exists(network)
            ? new ModelFiles(version, network, new[] { folder, parent }.Select(place => Path.Combine(place, Classifier.DescriptionFile)).FirstOrDefault(File.Exists))
            : null;
    }

    private static IEnumerable<string> Numbered(string folder) => !Directory.Exists(folder)
        ? []
        : Directory.GetDirectories(folder).Select(Path.GetFileName).OfType<string>().Where(IsNumber).OrderBy(name => long.Parse(name, CultureInfo.InvariantCulture));

    private static bool IsNumber(string name) => name.Length is > 0 and < 19 && name.All(char.IsAsciiDigit);
}
