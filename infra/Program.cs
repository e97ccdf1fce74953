using Pulumi;
using Scalelab.Infra;

return await Deployment.RunAsync<ExerciseStack>();
