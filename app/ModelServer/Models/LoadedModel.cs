using Microsoft.ML.OnnxRuntime;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Models;

/// <summary>
/// One version of a model in memory. Those who use it hold it; it goes when the registry and the last of them have let go, so that requests
/// that run when it is unloaded finish.
/// </summary>
internal sealed class LoadedModel : IDisposable
{
    private int _holders = 1;

    private LoadedModel(string name, string version, Network network, Classifier? classifier)
    {
        Name = name;
        Version = version;
        Network = network;
        Classifier = classifier;
        Preprocessor = classifier is null ? null : new Preprocessor(classifier.Model);
    }

    public string Name { get; }

    public string Version { get; }

    public Network Network { get; }

    /// <summary>What makes pictures of it, for a model with model.json.</summary>
    public Classifier? Classifier { get; }

    public Preprocessor? Preprocessor { get; }

    /// <summary>Loads a version and runs it once: the first run is the slow one.</summary>
    /// <exception cref="ModelException">It cannot be loaded, or a network for pictures fails on a picture.</exception>
    public static LoadedModel Load(string name, ModelFiles files, int threads)
    {
        if (files.Description is null)
        {
            var network = Network.Open(files.Network, threads);
            return WarmUp(new LoadedModel(name, files.Version, network, null));
        }
        var classifier = Classifier.Load(files.Description, files.Network, threads);
        try
        {
            classifier.WarmUp(Path.GetDirectoryName(files.Network)!);
            return new LoadedModel(name, files.Version, classifier.Network, classifier);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>Takes hold of it; false when it is gone already.</summary>
    public bool TryHold()
    {
        while (true)
        {
            var holders = Volatile.Read(ref _holders);
            if (holders == 0)
            {
                return false;
            }
            if (Interlocked.CompareExchange(ref _holders, holders + 1, holders) == holders)
            {
                return true;
            }
        }
    }

    /// <summary>Lets go of it.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Network.Dispose();
        }
    }

    // A network whose open dimensions cannot all be 1 fails here and serves well: only the request knows its sizes.
    private static LoadedModel WarmUp(LoadedModel model)
    {
        try
        {
            model.Network.Run(model.Network.Sample()).Dispose();
        }
        catch (OnnxRuntimeException) when (model.Network.Inputs.Any(input => input.Shape.Contains(Shape.Any)))
        {
        }
        catch (OnnxRuntimeException exception)
        {
            model.Dispose();
            throw new ModelException($"Model '{model.Name}' fails on inputs of the shapes that it names itself: {exception.Message} Export it again.", exception);
        }
        return model;
    }
}
