namespace Scalelab.ModelConversion.Layers;

/// <summary>The layers that are converted, by Keras' names of their classes.</summary>
internal static class LayerCatalog
{
    private static readonly Dictionary<string, Func<LayerContext, Layer>> Makers = new(StringComparer.Ordinal)
    {
        ["Activation"] = context => Activate.Of(Activation.Read(context.Config)),
        ["Add"] = Merge.Of("Add", (left, right) => left + right),
        ["Average"] = Merge.Of("Add", (left, right) => left + right, isAverage: true),
        ["AveragePooling2D"] = Pooling.Average,
        ["BatchNormalization"] = BatchNormalization.Read,
        ["Concatenate"] = Concatenate.Read,
        ["Conv2D"] = Convolution.Conv2D,
        ["Cropping2D"] = Border.Cropping2D,
        ["Dense"] = Dense.Read,
        ["DepthwiseConv2D"] = Convolution.DepthwiseConv2D,
        ["Divide"] = context => Scale.Arithmetic(context, "divide"),
        ["ELU"] = context => Activate.Of(Activation.Elu(context.Config.Number("alpha") ?? 1)),
        ["Flatten"] = Reshape.Flatten,
        ["GlobalAveragePooling2D"] = GlobalPooling.Average,
        ["GlobalMaxPooling2D"] = GlobalPooling.Max,
        ["LeakyReLU"] = context => Activate.Of(Activation.LeakyRelu(context.Config.Number("negative_slope") ?? context.Config.Number("alpha") ?? 0.3)),
        ["MaxPooling2D"] = Pooling.Max,
        ["Maximum"] = Merge.Of("Max", Math.Max),
        ["Minimum"] = Merge.Of("Min", Math.Min),
        ["Multiply"] = Merge.Of("Mul", (left, right) => left * right),
        ["Normalization"] = Scale.Normalization,
        ["PReLU"] = ParametricRelu.Read,
        ["Permute"] = Permute.Read,
        ["ReLU"] = context => Activate.Of(Activation.Relu(
            context.Config.Number("max_value"), context.Config.Number("negative_slope") ?? 0, context.Config.Number("threshold") ?? 0)),
        ["Rescaling"] = Scale.Rescaling,
        ["Reshape"] = Reshape.Read,
        ["SeparableConv2D"] = Convolution.SeparableConv2D,
        ["Softmax"] = SoftmaxLayer,
        ["TFOpLambda"] = Function,
        ["TrueDivide"] = context => Scale.Arithmetic(context, "divide"),
        ["Subtract"] = Merge.Of("Sub", (left, right) => left - right, count: 2),
        ["ZeroPadding2D"] = Border.ZeroPadding2D,
    };

    // What these do, they do in training only.
    private static readonly HashSet<string> Nothing = new(StringComparer.Ordinal)
    {
        "ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "RandomBrightness", "RandomContrast", "RandomFlip", "RandomHeight",
        "RandomRotation", "RandomTranslation", "RandomWidth", "RandomZoom", "SpatialDropout2D",
    };

    /// <summary>Layers that bring pictures into the range that the network was trained on: their inputs are bytes, 0 to 255.</summary>
    public static bool IsPreprocessing(string className) => className is "Rescaling" or "Normalization" or "TFOpLambda" or "TrueDivide" or "Divide";

    /// <exception cref="ConversionException">The layer is not converted, or its settings are not.</exception>
    public static Layer Make(string className, LayerContext context)
    {
        if (Nothing.Contains(className))
        {
            _ = context.Input;
            return Activate.Nothing;
        }
        // Keras 3 calls functions as it calls the layers that join values: with a number in the place of the second.
        if (className is "Add" or "Subtract" or "Multiply" && context is { Constant: not null, Inputs.Count: 1 })
        {
            return Scale.Arithmetic(context, className.ToLowerInvariant());
        }
        if (Makers.TryGetValue(className, out var make))
        {
            return make(context);
        }
        throw className switch
        {
            "Lambda" => context.Config.Wrong("runs Python code, which nothing but Python can. Write what it does with Keras' own layers (Rescaling, Reshape, Activation, …), and save the model again"),
            _ => context.Config.Wrong(
                $"is of a kind that is not converted. Converted are {string.Join(", ", Makers.Keys.Concat(Nothing).Order(StringComparer.Ordinal))}. "
                + "Build the model with these, or export it with tf2onnx and write model.json by hand"),
        };
    }

    // What Keras 2 makes of TensorFlow's functions.
    private static Layer Function(LayerContext context) => context.Config.Text("function", "") switch
    {
        "math.truediv" or "math.divide" => Scale.Arithmetic(context, "divide"),
        "math.subtract" => Scale.Arithmetic(context, "subtract"),
        "math.multiply" => Scale.Arithmetic(context, "multiply"),
        "math.add" or "__operators__.add" => Scale.Arithmetic(context, "add"),
        var function => throw context.Config.Wrong(
            $"is the function {function}, which is not converted; math.truediv, math.subtract, math.multiply and math.add with a number are. Write it with Keras' own layers, and save the model again"),
    };

    private static Activate SoftmaxLayer(LayerContext context)
    {
        Axes.RequireLast(context);
        return Activate.Of(Activation.Softmax);
    }
}
