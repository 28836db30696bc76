using AlexNet.Recipes;
using Lockstep.Coordinator.Services;

return await CoordinatorProgram.RunAsync(args, Recipe.Reader);
