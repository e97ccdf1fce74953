using System.Text.Json;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Inference;

/// <summary>Reads model.json and refuses what cannot be meant.</summary>
internal static class ModelDescriptionFile
{
    private const int MaxSize = 4096;

    /// <exception cref="ModelException">Unreadable, not JSON, a key missing, unknown or with a value that is not allowed.</exception>
    public static ModelDescription Read(string path)
    {
        try
        {
            var json = JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelJson.Default.ModelJsonFile)
                ?? throw new ModelException($"{path} holds null. Describe the model in it.");
            var model = json.ToDescription();
            Check(model, path);
            return model;
        }
        catch (JsonException exception)
        {
            throw new ModelException($"{path} cannot be read at {exception.Path ?? "its start"}: {exception.Message}", exception);
        }
    }

    private static void Check(ModelDescription model, string path)
    {
        Require(!string.IsNullOrWhiteSpace(model.Name), path, "name is empty. Give the model a name.");
        Require(model.Size is > 0 and <= MaxSize, path, $"size is {model.Size}. Give the input's height and width, 1 to {MaxSize}.");
        Require(model.Resize.To is > 0 and <= MaxSize, path, $"resize.to is {model.Resize.To}. Give a number of pixels, 1 to {MaxSize}.");
        Require(
            model.Resize.To >= model.Size, path,
            $"resize.to is {model.Resize.To}, less than size {model.Size}: nothing could fill the rest. Resize to {model.Size} or more.");
        Require(
            model.Crop == Crop.Centre || (model.Resize.Mode == ResizeMode.Stretch && model.Resize.To == model.Size), path,
            $"crop is \"none\", but the resized picture is not {model.Size} × {model.Size}. Set crop to \"centre\", or resize with mode \"stretch\" to {model.Size}.");
        CheckChannels(model.Mean, "mean", path);
        CheckChannels(model.Std, "std", path);
        Require(model.Std?.Contains(0) != true, path, "std holds a zero, and inputs are divided by it. Leave std out to divide by nothing.");
        Require(model.Labels.Count > 0, path, "labels is empty. List the classes in the order of the network's outputs.");
        Require(!model.Labels.Any(string.IsNullOrWhiteSpace), path, "labels holds an empty name. Name every class.");
    }

    private static void CheckChannels(IReadOnlyList<float>? values, string key, string path) => Require(
        values is null || (values.Count == Resizer.Channels && values.All(float.IsFinite)), path,
        $"{key} has to hold three numbers, for red, green and blue; it holds {values?.Count}. Leave it out where nothing is to be done.");

    private static void Require(bool condition, string path, string message)
    {
        if (!condition)
        {
            throw new ModelException($"{path}: {message}");
        }
    }
}
